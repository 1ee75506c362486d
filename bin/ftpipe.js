#!/usr/bin/env node
// No static imports: an old Node must get as far as this message.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major >= 24 || (major === 22 && minor >= 18)) {
  await import("../dist/cli/main.js");
} else {
  process.stderr.write(
    `✖ NODE_TOO_OLD  ftpipe needs Node 22.18 or newer (or 24 and newer); this is ${process.versions.node}.\n` +
      "    Install a newer Node, or in this project: npm install --save-dev node@24 (npx then runs on it).\n",
  );
  process.exitCode = 2;
}

/**
 * Everything that must hold before a commit lands: lint, types, generated files, unused code, package, tests.
 * Ends with a line `N passed, N failed` of the real counts; a failed check counts as one failed test.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const checks: readonly (readonly [string, string])[] = [
  ["build", "npm run --silent build"],
  ["lint", "biome check ."],
  ["types", "tsc -p tsconfig.check.json"],
  ["generated files", "node schemas/generate.ts --check"],
  ["kernels", "node scripts/build-kernels.ts --check"],
  ["tokenizer", "node scripts/train-tokenizer.ts --check"],
  ["unused code", "knip"],
  ["package", "publint --strict"],
];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly success: boolean;
}

let passed = 0;
let failed = 0;
for (const [name, command] of checks) {
  const { status } = spawnSync(command, { cwd: root, shell: true, stdio: "inherit" });
  process.stdout.write(`${status === 0 ? "✔" : "✖"} ${name}\n`);
  if (status === 0) passed++;
  else failed++;
}

const folder = mkdtempSync(join(tmpdir(), "ftpipe-test-"));
const report = join(folder, "report.json");
const run = spawnSync("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], {
  cwd: root,
  stdio: "inherit",
  // A log that is read afterwards, not a screen.
  env: { ...process.env, ...(process.stdout.isTTY === true ? {} : { NO_COLOR: "1" }) },
});
let skipped = 0;
try {
  const counts = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  skipped = counts.numPendingTests;
  // A file that does not even load has no test to count.
  if (!counts.success && counts.numFailedTests === 0) failed += Math.max(1, counts.numFailedTestSuites);
} catch {
  process.stdout.write("✖ the tests ended without a report\n");
  failed++;
}
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0 && failed === 0) failed++;
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = failed === 0 ? 0 : 1;

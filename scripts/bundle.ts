import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "rolldown";
import { compiledSchemas } from "./compiled-schemas.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Part of the bundle, for every run needs some of them. The others are opened when they are needed, or never. */
const bundled = [
  "ajv",
  "fast-deep-equal",
  "fast-uri",
  "json-schema-traverse",
  "handlebars",
  "picomatch",
  "re2js",
  "yaml",
];

const isBundled = (id: string): boolean => bundled.some((name) => id === name || id.startsWith(`${name}/`));
const isOurs = (id: string): boolean => /^[./]/.test(id);

const withCompiledSchemas: Plugin = {
  name: "compiled-schemas",
  load: { filter: { id: join(root, "src/core/compiled-schemas.ts") }, handler: compiledSchemas },
};

/** Those who copy these packages give their notices on. */
async function writeNotices(folder: string): Promise<void> {
  const notices = await Promise.all(
    bundled.map(async (name) => `${name}\n\n${await readFile(join(root, "node_modules", name, "LICENSE"), "utf8")}`),
  );
  await writeFile(join(folder, "NOTICES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
}

/**
 * Bundles `src` into a fresh folder, so that no file of an earlier build is packed. A run with nothing to do would
 * otherwise spend most of its time on opening some five hundred modules.
 * @param folder It lies beside `assets/`, `schemas/` and `node_modules/`, or beside links to them.
 * @param others Programs to bundle with it, by name.
 */
export async function bundle(folder: string, others: Readonly<Record<string, string>> = {}): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    cwd: root,
    input: {
      main: "src/cli/main.ts",
      worker: "src/engine/worker.ts",
      "answer-worker": "src/engine/answer-worker.ts",
      "token-worker": "src/dataset/token-worker.ts",
      ...others,
    },
    platform: "node",
    plugins: [withCompiledSchemas],
    external: (id) => !isOurs(id) && !isBundled(id),
    output: {
      // One folder for all: a worker's module lies beside its caller's, and `assets/` two folders above both.
      dir: join(folder, "cli"),
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      sourcemap: true,
    },
  });
  await writeNotices(folder);
}

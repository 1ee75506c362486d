import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { bundle } from "../scripts/bundle.ts";

/** The program as it is shipped, bundled into a folder of its own: a test builds `dist/` anew meanwhile. */
export interface Program {
  readonly executable: string;
  /** Hundreds of starts: what Node compiled for one serves the others (`NODE_COMPILE_CACHE`). */
  readonly compiled: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly program: Program;
  }
}

/** @returns The program, and what removes its folder. */
export async function buildProgram(): Promise<readonly [Program, () => void]> {
  const repository = fileURLToPath(new URL("..", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "ftpipe-program-"));
  await bundle(join(folder, "dist"));
  for (const name of ["bin", "package.json"]) cpSync(join(repository, name), join(folder, name), { recursive: true });
  for (const name of ["assets", "schemas", "node_modules"]) symlinkSync(join(repository, name), join(folder, name));
  return [
    { executable: join(folder, "bin/ftpipe.js"), compiled: join(folder, "compiled") },
    () => rmSync(folder, { recursive: true, force: true }),
  ];
}

/** Once for all test files that start the program. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const [program, remove] = await buildProgram();
  provide("program", program);
  return remove;
}

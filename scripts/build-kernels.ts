/**
 * Compiles the engine's kernels from AssemblyScript to assets/engine.wasm and writes its sha256 beside it. Strict
 * simd128 only: relaxed instructions may give other bits on another processor.
 *
 *   node scripts/build-kernels.ts [--check]
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { main } from "assemblyscript/asc";
import { packageFile } from "../src/core/assets.ts";

const source = packageFile("src/engine/kernels/assembly/index.ts");
const target = packageFile("assets/engine.wasm");
const options = [
  "--optimizeLevel=3",
  "--shrinkLevel=0",
  "--runtime=stub",
  "--noAssert",
  "--enable=simd,threads,bulk-memory",
  "--importMemory",
  "--sharedMemory",
  "--maximumMemory=65536",
];

async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await main([source, ...options, "--outFile=engine.wasm", "--baseDir=/"], {
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array;
    },
  });
  if (error !== null || binary === undefined) throw new Error(`asc: ${error?.message}\n${stderr.toString()}`);
  return binary;
}

const binary = await compile();
const digest = `${createHash("sha256").update(binary).digest("hex")}  engine.wasm\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, binary);
  writeFileSync(`${target}.sha256`, digest);
  process.stdout.write(`${target}: ${binary.length} bytes\n`);
} else if (!readFileSync(target).equals(binary) || readFileSync(`${target}.sha256`, "utf8") !== digest) {
  process.stderr.write("assets/engine.wasm is not what its source compiles to: run npm run build-kernels\n");
  process.exitCode = 1;
}

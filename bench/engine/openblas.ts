import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { packageFile } from "../../src/core/assets.ts";

/** A product of (rows,inner) by (inner,columns); `transposed`: the right side lies in memory as (columns,inner). */
export interface Product {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly transposed: boolean;
}

/** OpenBLAS in a process of its own, on one thread. */
export interface OpenBlas {
  /** The kind of processor that its kernels are for. */
  readonly core: string;
  /** @returns Seconds a call, the mean of so many in a row. */
  time(product: Product, calls: number): Promise<number>;
  close(): Promise<void>;
}

const run = promisify(execFile);

/**
 * Compiles `openblas.c` into a temporary folder and starts it, with the kernels for AVX2 that `Haswell` stands for.
 * @returns Undefined where there is no C compiler or no OpenBLAS.
 */
export async function startOpenBlas(): Promise<OpenBlas | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-openblas-"));
  const program = join(folder, "openblas");
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  try {
    await run("cc", ["-O2", "-o", program, packageFile("bench/engine/openblas.c"), "-l:libopenblas.so.0"]);
  } catch {
    await remove();
    return undefined;
  }
  const child = spawn(program, {
    env: { ...process.env, OPENBLAS_CORETYPE: "Haswell", OPENBLAS_NUM_THREADS: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the program that times OpenBLAS ended early");
    return value;
  };
  return {
    core: await nextLine(),
    async time({ rows, columns, inner, transposed }, calls) {
      child.stdin.write(`${rows} ${columns} ${inner} ${transposed ? 1 : 0} ${calls}\n`);
      return Number(await nextLine());
    },
    async close() {
      child.stdin.end();
      await ended;
      await remove();
    },
  };
}

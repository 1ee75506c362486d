import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { packageFile } from "../../src/core/assets.ts";

/** The part of @jax-js/jax that the bench calls. An array is used up by what it is passed to; `ref` is one more hold on it. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  slice(...index: readonly (number | readonly number[])[]): JaxArray;
  js(): unknown;
}

type Tree = JaxArray | { readonly [key: string]: Tree } | readonly Tree[];

export interface Jax {
  init(device: "wasm"): Promise<readonly string[]>;
  jit<Function>(work: Function): Function;
  valueAndGrad<Parameters extends Tree, Rest extends readonly JaxArray[]>(
    loss: (parameters: Parameters, ...rest: Rest) => JaxArray,
  ): (parameters: Parameters, ...rest: Rest) => [JaxArray, Parameters];
  blockUntilReady(value: Tree): Promise<unknown>;
  readonly tree: {
    flatten(value: Tree): [JaxArray[], unknown];
    unflatten<Value extends Tree>(structure: unknown, leaves: readonly JaxArray[]): Value;
    map<Value extends Tree>(work: (leaf: JaxArray) => JaxArray, value: Value): Value;
    ref<Value extends Tree>(value: Value): Value;
  };
  readonly nn: {
    oneHot(x: JaxArray, classes: number): JaxArray;
    relu(x: JaxArray): JaxArray;
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
  };
  readonly numpy: {
    readonly int32: unknown;
    array(values: ArrayLike<number>, options?: { readonly dtype: unknown }): JaxArray;
    ones(shape: readonly number[]): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    tri(size: number): JaxArray;
    matmul(left: JaxArray, right: JaxArray): JaxArray;
    transpose(x: JaxArray, order?: readonly number[]): JaxArray;
    concatenate(parts: readonly JaxArray[], axis: number): JaxArray;
    pad(x: JaxArray, widths: readonly (readonly [number, number])[]): JaxArray;
    where(condition: JaxArray, yes: JaxArray, no: number): JaxArray;
    greater(left: JaxArray, right: number): JaxArray;
    mean(x: JaxArray, axis: number, options: { readonly keepdims: boolean }): JaxArray;
    sum(x: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    sqrt(x: JaxArray): JaxArray;
    reciprocal(x: JaxArray): JaxArray;
  };
}

export const jaxVersion = "0.1.25";

const run = promisify(execFile);

/**
 * Installs the package beside the bench, once, where it is no dependency of ours, and loads it.
 * @returns Why that failed, as a text.
 */
export async function loadJax(): Promise<Jax | string> {
  const folder = packageFile(`bench/peers/jax-${jaxVersion}`);
  const entry = join(folder, "node_modules/@jax-js/jax/dist/index.js");
  if (!existsSync(entry)) {
    await mkdir(folder, { recursive: true });
    const manifest = { private: true, dependencies: { "@jax-js/jax": jaxVersion } };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    try {
      await run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
    } catch (error) {
      return `@jax-js/jax ${jaxVersion} can't be installed: ${lastLine((error as { stderr?: string }).stderr ?? String(error))}`;
    }
  }
  const jax = (await import(pathToFileURL(entry).href)) as Jax;
  await jax.init("wasm");
  return jax;
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

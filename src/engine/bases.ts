import { readFileSync } from "node:fs";
import { packageFile } from "../core/assets.ts";
import type { BaseModel, BaseName } from "./engine.ts";
import { initialize, type ModelShape, type Parameters, parameterCount, viewParameters } from "./parameters.ts";
import { createRandom } from "./random.ts";
import { createTokenizer, type Tokenizer, type TokenizerFile } from "./tokenizer.ts";

/** A built-in model: its size, its tokenizer, and how it is trained. */
export interface Base {
  readonly name: BaseName;
  readonly shape: ModelShape;
  /** Peak learning rate at a multiplier of 1. */
  readonly learningRate: number;
  readonly description: string;
  readonly loadTokenizer: () => TokenizerFile;
}

const bases: Readonly<Record<BaseName, Base>> = {
  "ftpipe-mini": {
    name: "ftpipe-mini",
    shape: { vocabulary: 1024, width: 80, layers: 2, heads: 4, hidden: 320, context: 256 },
    learningRate: 6e-3,
    description: "Small transformer over byte pairs, trained from nothing but your examples.",
    loadTokenizer: () => JSON.parse(readFileSync(packageFile("assets/ftpipe-mini.tokenizer.json"), "utf8")),
  },
  "ftpipe-nano": {
    name: "ftpipe-nano",
    shape: { vocabulary: 260, width: 32, layers: 2, heads: 2, hidden: 128, context: 512 },
    learningRate: 1e-2,
    description: "Tiny transformer over bytes, for tests.",
    loadTokenizer: () => ({ name: "bytes", format: 1, merges: [] }),
  },
};

export const baseNames = Object.keys(bases) as readonly BaseName[];

export function baseOf(name: BaseName): Base {
  return bases[name];
}

export function describeBase({ name, shape, description }: Base): BaseModel {
  return { name, parameters: parameterCount(shape), context: shape.context, description };
}

const tokenizers = new Map<BaseName, Tokenizer>();

/** Reads the tokenizer's file once a thread. */
export function tokenizerOf({ name, loadTokenizer }: Base): Tokenizer {
  const known = tokenizers.get(name);
  if (known !== undefined) return known;
  const tokenizer = createTokenizer(loadTokenizer());
  tokenizers.set(name, tokenizer);
  return tokenizer;
}

/** The weights of an untrained base: drawn from a fixed seed, the same for everybody. */
export function initialParameters({ shape }: Base): Parameters {
  const parameters = viewParameters(shape, new Float32Array(parameterCount(shape)));
  initialize(shape, parameters, createRandom(1));
  return parameters;
}

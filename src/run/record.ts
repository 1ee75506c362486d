import { hashJson, type Sha256 } from "../core/hash.ts";
import type { AnyStage, StageOutput } from "./stage.ts";

declare const stageKeyBrand: unique symbol;
/** sha256 of a stage's record: the cache key. */
export type StageKey = Sha256 & { readonly [stageKeyBrand]: true };

/** All that a stage's result depends on. Its hash is the key, and it stands in the lock as it is, so a diff explains a re-run. */
export interface StageRecord {
  readonly stage: string;
  /** Code version; local stages only, so that a new ftpipe never buys a training. */
  readonly version?: number;
  readonly settings: unknown;
  /** sha256 by name. */
  readonly inputs: Readonly<Record<string, Sha256>>;
}

/** An output without the paths of this machine. */
export interface RecordedOutput {
  readonly value: unknown;
  /** sha256 by name. */
  readonly files: Readonly<Record<string, Sha256>>;
}

export function keyOf(record: StageRecord): StageKey {
  return hashJson(record) as StageKey;
}

export function recordedOutput({ value, files }: StageOutput): RecordedOutput {
  const hashes = Object.entries(files).map(([name, { sha256 }]) => [name, sha256] as const);
  return { value, files: Object.fromEntries(hashes) };
}

function outputHash(output: RecordedOutput): Sha256 {
  return hashJson(output);
}

/** The record of a stage whose needs are done. @param outputs By stage name; must hold every need. */
export async function recordOf<World>(
  stage: AnyStage<World>,
  world: World,
  outputs: ReadonlyMap<string, StageOutput>,
): Promise<StageRecord> {
  const inputs = inputsOf(stage, outputs);
  const hashes =
    stage.inputs?.(inputs as never) ??
    Object.fromEntries(Object.entries(inputs).map(([name, output]) => [name, outputHash(recordedOutput(output))]));
  return {
    stage: stage.name,
    ...(stage.effect === "local" ? { version: stage.version } : {}),
    settings: (await stage.settings(world, inputs as never)) ?? {},
    inputs: hashes,
  };
}

/** The outputs that a stage needs, under the names that it gave them. */
export function inputsOf<World>(
  stage: AnyStage<World>,
  outputs: ReadonlyMap<string, StageOutput>,
): Readonly<Record<string, StageOutput>> {
  const needs = Object.entries(stage.needs as Readonly<Record<string, AnyStage<World>>>);
  return Object.fromEntries(
    needs.map(([name, need]) => {
      const output = outputs.get(need.name);
      if (output === undefined) throw new Error(`stage ${stage.name} needs ${need.name}, which has not run before it`);
      return [name, output];
    }),
  );
}

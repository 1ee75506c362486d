import { join } from "node:path";
import type { Sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { unpackNumbers, writeNumbers } from "./container.ts";
import type { TrainingMemory } from "./shard.ts";

/** The last epochs, of which checkpoints are made. */
const epochsWithCheckpoint = 3;

/** Tokens trained after which the state is saved at the end of an epoch: tiny epochs would only wait for the disk. */
const tokensBetweenStates = 20_000;

const stateKind = "ftpipe training state";

/** Files that a training leaves in its folder. */
export const modelFileName = "model.bin";
const stateFileName = "state.bin";

export function checkpointFileName(step: number): string {
  return `checkpoint-${step}.bin`;
}

/** Where a training stands. */
export interface TrainingState {
  /** Hash of all that decides the weights: the state of another request is of no use. */
  readonly request: Sha256;
  /** Epochs done. */
  readonly epoch: number;
  /** Batches done of the next one; absent for none. */
  readonly batches?: number;
}

/** What is written at the end of an epoch. @param epochs Those done, of all. @param unsaved Tokens trained since the last state. */
export function dueAfter(
  epochs: { readonly done: number; readonly all: number },
  unsaved: number,
): { readonly checkpoint: boolean; readonly state: boolean } {
  const checkpoint = epochs.done > epochs.all - epochsWithCheckpoint;
  return { checkpoint, state: checkpoint || unsaved >= tokensBetweenStates };
}

/** Writes weights and moments so that `restoreState` finds all or, after a crash, what was there before. */
export async function saveState(
  files: FileSystem,
  { directory, state }: { directory: string; state: TrainingState },
  { parameters, firstMoment, secondMoment }: TrainingMemory,
): Promise<void> {
  const numbers = [parameters, firstMoment, secondMoment];
  await writeNumbers(files, join(directory, stateFileName), { kind: stateKind, header: state, numbers });
}

/** Fills the memory from the saved state. @returns Undefined if there is no whole state of that request. */
export async function restoreState(
  files: FileSystem,
  { directory, request }: { directory: string; request: Sha256 },
  { parameters, firstMoment, secondMoment }: TrainingMemory,
): Promise<TrainingState | undefined> {
  const file = join(directory, stateFileName);
  if ((await files.stat(file)) === undefined) return undefined;
  const saved = unpackNumbers<TrainingState>(stateKind, await files.read(file));
  const count = parameters.length;
  if (saved?.header.request !== request || saved.numbers.length !== 3 * count) return undefined;
  parameters.set(saved.numbers.subarray(0, count));
  firstMoment.set(saved.numbers.subarray(count, 2 * count));
  secondMoment.set(saved.numbers.subarray(2 * count));
  return saved.header;
}

export async function removeState(files: FileSystem, directory: string): Promise<void> {
  await files.remove(join(directory, stateFileName));
}

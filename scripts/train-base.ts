/**
 * Trains the base model ftpipe-mini from nothing, on text that scripts/base/corpus.ts makes, and writes
 * assets/ftpipe-mini.weights.bin (numbers of 16 bits) and assets/ftpipe-mini.replay.jsonl. Every bit follows from
 * the sources: the same weights on every machine and at every number of threads.
 *
 *   npm run train-base                        goes on where it was stopped; state in .ftpipe/train-base/
 *   npm run train-base -- --steps 8           stops there and prints the sha256 of the weights, writes nothing
 *   npm run train-base -- --snapshot FILE     writes the weights of the state as it is, and trains nothing
 *   npm run train-base -- --threads 1
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageFile } from "../src/core/assets.ts";
import { hashJson, sha256 } from "../src/core/hash.ts";
import { baseFile, packBase } from "../src/engine/base-file.ts";
import { baseOf, tokenizerOf } from "../src/engine/bases.ts";
import { packNumbers, unpackNumbers } from "../src/engine/container.ts";
import type { TrainingExample } from "../src/engine/engine.ts";
import { type EncodedExamples, encodeExamples, sequenceCount } from "../src/engine/examples.ts";
import { initialize, viewParameters } from "../src/engine/parameters.ts";
import { createRandom } from "../src/engine/random.ts";
import { allocateMemory, type TrainingMemory, withExamples } from "../src/engine/shard.ts";
import { createTeamPool } from "../src/engine/team.ts";
import { baseExample, corpusVersion } from "./base/corpus.ts";

const settings = {
  batchSize: 32,
  /** Steps between two states on the disk, and the examples that are made at a time. */
  chapterSteps: 100,
  warmUpSteps: 200,
  /** Steps at the full learning rate, then steps in which it falls to nothing. */
  stableSteps: 9500,
  decaySteps: 3500,
  /** Adam's, for embeddings, gains and the copy head. */
  rate: 3e-3,
  /** Muon's, for the weights between layers. */
  muonRate: 0.02,
  seed: 1,
};
const validationExamples = 256;
/** Far behind all that is trained on. */
const validationStart = 1_000_000_000;
/** Examples shipped for replay, from elsewhere again. */
const replayStart = 2_000_000_000;
const replayExamples = 400;

const { values: flags } = parseArgs({
  options: {
    steps: { type: "string" },
    snapshot: { type: "string" },
    threads: { type: "string", default: String(Math.min(availableParallelism(), 4)) },
    folder: { type: "string", default: packageFile(".ftpipe/train-base") },
  },
});

const base = baseOf("ftpipe-mini");
const totalSteps = settings.stableSteps + settings.decaySteps;
const lastStep = flags.steps === undefined ? totalSteps : Math.min(Number(flags.steps), totalSteps);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Share of the full learning rate at a step (from 1): it rises, stays, falls in a straight line. */
function rateAt(step: number): number {
  if (step <= settings.warmUpSteps) return step / settings.warmUpSteps;
  if (step <= settings.stableSteps) return 1;
  return (totalSteps - step + 1) / settings.decaySteps;
}

/** The examples of a range, without the few (1 or 2 in 1000) that are longer than the context. */
function examplesAt(first: number, count: number): Promise<EncodedExamples> {
  const examples: readonly TrainingExample[] = Array.from({ length: count }, (_, index) => ({
    messages: baseExample(first + index),
  }));
  return encodeExamples(base, examples);
}

/** A state is of use only for the same text, tokens and settings; how long the training goes on may change. */
const { stableSteps: _stable, decaySteps: _decay, ...identitySettings } = settings;
const identity = hashJson({
  ...identitySettings,
  shape: base.shape,
  corpus: corpusVersion,
  tokenizer: tokenizerOf(base).sha256,
});
const stateKind = "ftpipe base training";
const stateFile = join(flags.folder, "state.bin");

interface BaseState {
  readonly identity: string;
  readonly step: number;
  /** Tokens read so far. */
  readonly tokens: number;
}

function restore(memory: TrainingMemory): BaseState {
  const { parameters, firstMoment, secondMoment } = memory;
  const saved = existsSync(stateFile) ? unpackNumbers<BaseState>(stateKind, readFileSync(stateFile)) : undefined;
  if (flags.steps !== undefined || saved?.header.identity !== identity) return { identity, step: 0, tokens: 0 };
  const count = parameters.length;
  parameters.set(saved.numbers.subarray(0, count));
  firstMoment.set(saved.numbers.subarray(count, 2 * count));
  secondMoment.set(saved.numbers.subarray(2 * count));
  return saved.header;
}

function save(state: BaseState, { parameters, firstMoment, secondMoment }: TrainingMemory): void {
  mkdirSync(flags.folder, { recursive: true });
  writeFileSync(`${stateFile}.part`, packNumbers(stateKind, state, [parameters, firstMoment, secondMoment]));
  renameSync(`${stateFile}.part`, stateFile);
}

const validation = await examplesAt(validationStart, validationExamples);
const empty = await examplesAt(0, 1);
const teams = createTeamPool(Number(flags.threads));
const memory = allocateMemory(
  base.shape,
  { training: empty.store, validation: validation.store },
  {
    threads: teams.sizeFor(settings.batchSize),
    batchSize: settings.batchSize,
    capacity: { rows: 1024, longest: base.shape.context },
  },
);
initialize(base.shape, viewParameters(base.shape, memory.parameters), createRandom(settings.seed));
let state = restore(memory);
if (state.step > 0) print(`goes on after step ${state.step}`);
if (flags.snapshot !== undefined) {
  writeFileSync(flags.snapshot, packBase(base, memory.parameters, { steps: state.step, tokens: state.tokens }));
  process.exit();
}

while (state.step < lastStep) {
  const steps = Math.min(settings.chapterSteps, lastStep - state.step);
  const started = performance.now();
  const chapter = await examplesAt(state.step * settings.batchSize, steps * settings.batchSize);
  const order = Array.from({ length: sequenceCount(chapter.store) }, (_, index) => index);
  let loss = 0;
  const first = state.step;
  const valid = await teams.run(
    withExamples(memory, { training: chapter.store, validation: validation.store }),
    async (team) => {
      for (let index = 0; index < steps; index++) {
        const step = first + index + 1;
        const examples = order.slice(index * settings.batchSize, (index + 1) * settings.batchSize);
        const share = rateAt(step);
        const result = await team.step(examples, {
          rate: settings.rate * share,
          muonRate: settings.muonRate * share,
          step,
        });
        loss += result.loss / steps;
      }
      return flags.steps === undefined ? team.evaluate() : undefined;
    },
  );
  state = { identity, step: first + steps, tokens: state.tokens + chapter.tokens };
  const seconds = (performance.now() - started) / 1000;
  const speed = Math.round(chapter.tokens / seconds);
  const checked = valid === undefined ? "" : `  valid ${valid.loss.toFixed(4)} ${(valid.accuracy * 100).toFixed(1)} %`;
  print(
    `step ${state.step}  ${(state.tokens / 1e6).toFixed(2)} M tokens  loss ${loss.toFixed(4)}${checked}  ${speed} tokens/s`,
  );
  if (flags.steps === undefined) save(state, memory);
}
await teams.close();
const { buffer, byteOffset, byteLength } = memory.parameters;
print(`weights ${sha256(new Uint8Array(buffer, byteOffset, byteLength))}`);
if (flags.steps === undefined) {
  const bytes = packBase(base, memory.parameters, { steps: state.step, tokens: state.tokens });
  writeFileSync(baseFile(base.name), bytes);
  const replay = Array.from({ length: replayExamples }, (_, index) => ({ messages: baseExample(replayStart + index) }));
  writeFileSync(
    packageFile(`assets/${base.name}.replay.jsonl`),
    replay.map((example) => `${JSON.stringify(example)}\n`).join(""),
  );
  print(`${baseFile(base.name)} ${bytes.length} bytes ${sha256(bytes)}`);
}

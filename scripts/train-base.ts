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
import { type EncodedExamples, encodeExamples, sequenceAt, trainedCount } from "../src/engine/examples.ts";
import { initialize, viewParameters } from "../src/engine/parameters.ts";
import { createRandom } from "../src/engine/random.ts";
import { allocateMemory, type TrainingMemory, withExamples } from "../src/engine/shard.ts";
import { createTeamPool } from "../src/engine/team.ts";
import { engineVersion } from "../src/engine/version.ts";
import { baseExample, corpusVersion, describedExample } from "./base/corpus.ts";

const settings = {
  batchSize: 32,
  /** Steps between two states on the disk, and the examples that are made at a time. */
  chapterSteps: 100,
  warmUpSteps: 200,
  /** Steps at the full learning rate, then steps in which it falls to nothing. */
  stableSteps: 5000,
  decaySteps: 6000,
  /** At last some steps from half the full rate to nothing, in which what can be known counts more than style. */
  finishSteps: 1200,
  finishRate: 0.5,
  /** What an example of these tasks counts then; others count 1. */
  finishWeights: { json: 2, filler: 0.5 } as Readonly<Record<string, number>>,
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
const finishAfter = settings.stableSteps + settings.decaySteps;
const totalSteps = finishAfter + settings.finishSteps;
const lastStep = flags.steps === undefined ? totalSteps : Math.min(Number(flags.steps), totalSteps);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Share of the full learning rate at a step (from 1): it rises, stays, falls in a straight line. */
function rateAt(step: number): number {
  if (step <= settings.warmUpSteps) return step / settings.warmUpSteps;
  if (step <= settings.stableSteps) return 1;
  if (step <= finishAfter) return (finishAfter - step + 1) / settings.decaySteps;
  return (settings.finishRate * (totalSteps - step + 1)) / settings.finishSteps;
}

interface Chapter extends EncodedExamples {
  readonly examples: readonly ChapterExample[];
}

interface ChapterExample {
  /** Its place in the store. */
  readonly place: number;
  /** Tokens on which loss is taken. */
  readonly trained: number;
  /** What the loss of each of them counts in the last steps. */
  readonly weight: number;
}

/** The examples of a range, without the few (1 in 1000) that are longer than the context. */
async function examplesAt(first: number, count: number): Promise<Chapter> {
  const drawn = Array.from({ length: count }, (_, index) => describedExample(first + index));
  const encoded = await encodeExamples(base, drawn);
  const refused = new Set(encoded.faults.map(({ index }) => index));
  const examples = drawn
    .filter((_, index) => !refused.has(index))
    .map(({ task }, place) => {
      const trained = trainedCount(sequenceAt(encoded.store, place));
      // By the root of its length, so that an answer of one word is not lost beside one of a page.
      return { place, trained, weight: (settings.finishWeights[task] ?? 1) / Math.sqrt(trained) };
    });
  return { ...encoded, examples };
}

/** Until the last steps all tokens count alike, then by their weights; the sum over a batch is 1. */
function scalesOf(batch: readonly ChapterExample[], step: number): readonly number[] {
  const weights = batch.map(({ weight }) => (step <= finishAfter ? 1 : weight));
  const total = batch.reduce((sum, { trained }, index) => sum + trained * (weights[index] ?? 0), 0);
  return weights.map((weight) => weight / total);
}

/** A state is of use only for the same text, tokens and settings; before the rate falls, how it will fall may change. */
function identityAt(step: number): string {
  const { stableSteps, decaySteps, finishSteps, finishRate, finishWeights, ...early } = settings;
  const late = step <= stableSteps ? {} : { stableSteps, decaySteps };
  const last = step <= finishAfter ? {} : { finishSteps, finishRate, finishWeights };
  const tokenizer = tokenizerOf(base).sha256;
  return hashJson({
    ...early,
    ...late,
    ...last,
    engine: engineVersion,
    shape: base.shape,
    corpus: corpusVersion,
    tokenizer,
  });
}

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
  if (flags.steps !== undefined || saved?.header.identity !== identityAt(saved?.header.step ?? 0)) {
    return { identity: identityAt(0), step: 0, tokens: 0 };
  }
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
  const first = state.step;
  const stores = { training: chapter.store, validation: validation.store };
  const current = withExamples(memory, stores);
  const valid = await teams.run(current, async (team) => {
    for (let index = 0; index < steps; index++) {
      const step = first + index + 1;
      const batch = chapter.examples.slice(index * settings.batchSize, (index + 1) * settings.batchSize);
      const examples = batch.map(({ place }) => place);
      const share = rateAt(step);
      const rates = { rate: settings.rate * share, muonRate: settings.muonRate * share };
      await team.descend({ examples, scales: scalesOf(batch, step) }, { ...rates, step });
    }
    return flags.steps === undefined ? team.evaluate() : undefined;
  });
  // Of each example when it was learnt from: loss, right predictions, trained tokens.
  const column = (place: number): number =>
    current.trainingSums.reduce((sum, value, index) => (index % 3 === place ? sum + value : sum), 0);
  const loss = column(0) / column(2);
  state = { identity: identityAt(first + steps), step: first + steps, tokens: state.tokens + chapter.tokens };
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
  const drawn = Array.from({ length: 2 * replayExamples }, (_, index) => ({
    messages: baseExample(replayStart + index),
  }));
  const tooLong = new Set((await encodeExamples(base, drawn)).faults.map(({ index }) => index));
  const replay = drawn.filter((_, index) => !tooLong.has(index)).slice(0, replayExamples);
  writeFileSync(
    packageFile(`assets/${base.name}.replay.jsonl`),
    replay.map((example) => `${JSON.stringify(example)}\n`).join(""),
  );
  print(`${baseFile(base.name)} ${bytes.length} bytes ${sha256(bytes)}`);
}

import { join } from "node:path";
import { type Baseline, type BaselineHeader, openSealed, parseBaseline } from "../core/baseline.ts";
import type { ChatMessage, SamplingSettings, ToolSettings } from "../core/chat.ts";
import { FtpipeError, type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import { didYouMean } from "../core/suggest.ts";
import { toolSettingsOf } from "../dataset/example.ts";
import type { EvalCase } from "../evaluation/cases.ts";
import { isRecorded, type RecordedName, type Reply } from "../evaluation/evaluate.ts";
import { samplingRecord } from "./sampling.ts";
import type { World } from "./world.ts";

/** A model's recorded answers, by what was asked. */
export interface Recording {
  /** Where they lie, such as `baselines/old.jsonl`, as messages show it. */
  readonly displayPath: string;
  readonly model: string;
  /** ISO 8601, UTC; undefined where nobody can say. */
  readonly recordedAt: string | undefined;
  /** As `samplingRecord` has it. */
  readonly askedWith: Readonly<Record<string, unknown>>;
  /** Of the file that they lie in. */
  readonly sha256: string;
  readonly answerTo: (key: Sha256) => Reply | undefined;
}

/** Those of a baseline. */
export interface BaselineRecording extends Recording {
  readonly baseline: Baseline;
}

/** A question and what tells it from others: all that is sent but the model. */
export interface Question {
  readonly messages: readonly ChatMessage[];
  readonly tools?: ToolSettings | undefined;
}

type Place = Pick<World, "loaded" | "ports">;

/** Beside the pipeline, in git. */
const folder = "baselines";

export const baselinePath = (name: string): string => `${folder}/${name}.jsonl`;

export function questionKey(question: Question, sampling: SamplingSettings): Sha256 {
  return recordedKey(question, samplingRecord(sampling));
}

/** The same. @param askedWith As `samplingRecord` has it. */
export function recordedKey({ messages, tools = {} }: Question, askedWith: object): Sha256 {
  return hashJson({
    messages: messages.map(({ weight: _weight, ...message }) => message),
    // As text: the order of their keys is that in which the model sees them.
    tools: JSON.stringify(toolSettingsOf(tools)),
    sampling: askedWith,
  });
}

/** Names of the baselines beside a pipeline. */
async function baselineNames({ loaded, ports }: Place): Promise<readonly string[]> {
  const names = await ports.files.list(join(loaded.directory, folder));
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
}

/**
 * The baseline of a name; undefined if there is none.
 * @param pointer Where it is named, for a path that leads out of the repository.
 * @throws FtpipeError BASELINE_DAMAGED, PATH_INVALID.
 */
export async function findRecording(
  { loaded, ports }: Place,
  name: string,
  pointer: string,
): Promise<BaselineRecording | undefined> {
  const written = baselinePath(name);
  if ((await ports.files.stat(join(loaded.directory, written))) === undefined) return undefined;
  const { path, displayPath } = await loaded.resolve(written, pointer, "PATH_INVALID");
  const baseline = parseBaseline(await ports.files.readText(path), displayPath);
  const replies = new Map(
    baseline.answers.map(({ key, answer, finish_reason }) => [key, { content: answer, finishReason: finish_reason }]),
  );
  const { model, recorded_at, sampling } = baseline.header;
  return {
    displayPath,
    model,
    recordedAt: recorded_at,
    askedWith: samplingRecord(sampling),
    sha256: baseline.sha256,
    baseline,
    answerTo: (key) => replies.get(key),
  };
}

/**
 * The baselines that the evaluation compares with.
 * @throws FtpipeError with all that are missing or damaged: BASELINE_NOT_FOUND, BASELINE_DAMAGED, PATH_INVALID.
 */
export function comparedRecordings(world: World): Promise<ReadonlyMap<RecordedName, Recording>> {
  return world.once(`baselines ${world.pipeline.evaluation.compare}`, async () => {
    const found = new Map<RecordedName, Recording>();
    const problems: Problem[] = [];
    for (const [index, compared] of world.pipeline.evaluation.compare.entries()) {
      if (!isRecorded(compared)) continue;
      const name = compared.slice("recorded:".length);
      const pointer = `/evaluation/compare/${index}`;
      try {
        const recording = await findRecording(world, name, pointer);
        if (recording === undefined) problems.push(await missing(world, name, pointer));
        else found.set(compared, recording);
      } catch (error) {
        if (!(error instanceof FtpipeError)) throw error;
        problems.push(...error.problems);
      }
    }
    throwIfErrors(problems);
    return found;
  });
}

async function missing(world: World, name: string, pointer: string): Promise<Problem> {
  const guess = didYouMean(name, await baselineNames(world), "Baselines");
  const message = `There are no recorded answers of "${name}": ${baselinePath(name)} is not there.`;
  return problem("error", "BASELINE_NOT_FOUND", message, {
    hint: `${guess === "" ? "" : `${guess} `}Record a model that still answers: ftpipe rescue ${world.loaded.displayFile} --name ${name}`,
    location: world.loaded.locate(pointer),
  });
}

/** The newest baseline of a model, whatever its name. @throws FtpipeError BASELINE_DAMAGED */
export async function recordingOf(world: Place, model: string): Promise<BaselineRecording | undefined> {
  const found: BaselineRecording[] = [];
  for (const name of await baselineNames(world)) {
    // Others may be damaged: they are not asked for.
    if ((await headerOf(world, name))?.model !== model) continue;
    const recording = await findRecording(world, name, "/evaluation/compare");
    if (recording !== undefined) found.push(recording);
  }
  const at = ({ baseline }: BaselineRecording) => baseline.header.recorded_at;
  return found.toSorted((a, b) => (at(a) < at(b) ? -1 : 1)).at(-1);
}

async function headerOf({ loaded, ports }: Place, name: string): Promise<BaselineHeader | undefined> {
  const text = await ports.files.readText(join(loaded.directory, baselinePath(name)));
  return openSealed<BaselineHeader>(text.slice(0, text.indexOf("\n")))?.value;
}

/**
 * Says of how many cases there is no recorded answer, and why, where that can be told. They are compared with nothing.
 * @returns Undefined if there is one of each.
 */
export function unrecordedProblem(
  name: string,
  { recording, cases, sampling }: UnrecordedInputs,
): Omit<Problem, "severity"> | undefined {
  const open = cases.filter((one) => recording.answerTo(questionKey(one, sampling)) === undefined);
  const [first] = open;
  if (first === undefined) return undefined;
  const other = changedSettings(recording.askedWith, samplingRecord(sampling));
  const hint =
    other.length === 0
      ? "Their messages are not those that were recorded: a recorded answer is to one question, word for word."
      : `They were recorded with another ${other.join(" and ")} in evaluation.defaults.`;
  const some = open.length === cases.length ? "none" : `${cases.length - open.length}`;
  return {
    code: "BASELINE_NOT_FOUND",
    message: `${name} has recorded answers to ${some} of ${cases.length} cases; the others are compared with nothing.`,
    hint,
    location: first.location,
  };
}

interface UnrecordedInputs {
  readonly recording: Recording;
  readonly cases: readonly EvalCase[];
  readonly sampling: SamplingSettings;
}

/** Settings of sampling that differ. */
function changedSettings(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => hashJson({ value: before[key] }) !== hashJson({ value: now[key] }),
  );
}

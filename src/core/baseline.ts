import type { ChatMessage, SamplingSettings, ToolSettings, Usage } from "./chat.ts";
import { FtpipeError } from "./errors.ts";
import { hashJson, type Sha256 } from "./hash.ts";

/**
 * What a model answered, for the time when it answers no more: `baselines/<name>.jsonl`, committed. A line that says
 * whose answers they are, a line an answer, and a last one that holds all together. Each line carries its own hash.
 */
export interface Baseline {
  readonly header: BaselineHeader;
  readonly answers: readonly RecordedAnswer[];
  /** Of the whole, whatever its line ends. */
  readonly sha256: Sha256;
}

export interface BaselineHeader {
  readonly ftpipe_baseline: 1;
  readonly name: string;
  readonly model: string;
  readonly provider: string;
  /** The model's entry as the API gave it; null where there was none. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** The day on which the model stops answering, as far as it was known. */
  readonly shutdown_date: string | null;
  /** The pipeline whose cases were asked. */
  readonly pipeline: string;
  /** ISO 8601, UTC: when the last of the answers was given. */
  readonly recorded_at: string;
  /** How the model was asked, the response format as it was sent. */
  readonly sampling: SamplingSettings;
  readonly counts: BaselineCounts;
  /** Of all answers for which the provider told it. */
  readonly usage: Usage;
}

export interface BaselineCounts {
  /** Answers to cases of the evaluation. */
  readonly cases: number;
  /** Answers to further held-out prompts. */
  readonly prompts: number;
  /** Questions that the provider refused to answer. */
  readonly refused: number;
}

export interface RecordedAnswer {
  /** What was asked and how: messages, tools and sampling, hashed. */
  readonly key: Sha256;
  readonly asked_as: "case" | "prompt";
  /** Images that were sent as data are told by their hash. */
  readonly messages: readonly ChatMessage[];
  readonly tools?: ToolSettings;
  /** Only where the header's is another. */
  readonly sampling?: SamplingSettings;
  /** What the model said; calls of tools as JSON. */
  readonly answer: string;
  readonly finish_reason: string;
  readonly usage: Usage | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A value as a line that shows whether it was edited. */
export function sealedLine(value: object): string {
  return `${JSON.stringify({ ...value, sha256: hashJson(value) })}\n`;
}

/** The value of such a line; undefined if it was edited or cut, or is something else. */
export function openSealed<Value extends object>(
  line: string,
): { readonly value: Value; readonly sha256: Sha256 } | undefined {
  try {
    const { sha256, ...value } = JSON.parse(line) as Value & { readonly sha256: Sha256 };
    return hashJson(value) === sha256 ? { value: value as unknown as Value, sha256 } : undefined;
  } catch {
    return undefined;
  }
}

export function formatBaseline(header: BaselineHeader, answers: readonly RecordedAnswer[]): string {
  const lines = [header, ...answers].map(sealedLine);
  return [...lines, sealedLine(endOf(lines.map((line) => (JSON.parse(line) as { sha256: Sha256 }).sha256)))].join("");
}

/** The last line: without it the file was cut, and with another one lines were added, removed or moved. */
function endOf(hashes: readonly Sha256[]) {
  return { lines: hashes.length, all: hashJson(hashes) };
}

const restore = "Take the file from git: git checkout -- the file. Recorded answers are never edited.";

/**
 * @param displayPath As messages show the file.
 * @throws FtpipeError BASELINE_DAMAGED with the line that was edited, or where the file was cut.
 */
export function parseBaseline(text: string, displayPath: string): Baseline {
  const damaged = (message: string, line: number) =>
    new FtpipeError("BASELINE_DAMAGED", message, { hint: restore, location: { file: displayPath, line } });
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const last = lines.pop();
  const opened = lines.map((line, index) => {
    const sealed = openSealed<object>(line);
    if (sealed !== undefined) return sealed;
    const what = /^(?:<{7}|={7}|>{7}|\|{7})/.test(line) ? "is a conflict marker of a merge" : "was edited or cut";
    throw damaged(`Line ${index + 1} of the recorded answers in ${displayPath} ${what}.`, index + 1);
  });
  if (last !== "")
    throw damaged(`The recorded answers in ${displayPath} are cut off in their last line.`, lines.length + 1);
  const [end, ...rest] = opened.toReversed();
  const [header, ...answers] = rest.toReversed();
  if (header === undefined || (header.value as Partial<BaselineHeader>).ftpipe_baseline !== 1)
    throw damaged(`${displayPath} holds no recorded answers in the format of this version.`, 1);
  const { lines: count, all } = (end?.value ?? {}) as Partial<ReturnType<typeof endOf>>;
  if (count === undefined)
    throw damaged(`The recorded answers in ${displayPath} are cut off: their last line is missing.`, lines.length);
  const expected = endOf([header, ...answers].map(({ sha256 }) => sha256));
  if (expected.lines !== count || expected.all !== all)
    throw damaged(`Lines of the recorded answers in ${displayPath} were added, removed or moved.`, lines.length);
  return {
    header: header.value as BaselineHeader,
    answers: answers.map(({ value }) => value as RecordedAnswer),
    sha256: expected.all,
  };
}

import type { ChatMessage, ToolSettings } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import { digestOf } from "../core/hash.ts";
import { readJsonLines } from "../core/json-lines.ts";
import { formatLocation } from "../core/location.ts";
import { type ActiveRule, faultOf } from "../dataset/apply-rules.ts";
import {
  contentOf,
  type ExampleContent,
  type ItemFields,
  type TrainingLine,
  toolSettingsOf,
} from "../dataset/example.ts";
import { rowLocator } from "../dataset/files.ts";
import { isTurns, type LoadedTemplates, loadTemplates } from "../dataset/load-templates.ts";
import type { PlacedRow } from "../dataset/make-examples.ts";
import { type ManifestLine, shortHash, splitFiles } from "../dataset/manifest.ts";
import { choiceReader } from "../dataset/preference.ts";
import { keyColumnOf, rowGroup, rowKey } from "../dataset/render-rows.ts";
import { groupFraction, type SplitName } from "../dataset/split.ts";
import type { StageOutput } from "../run/stage.ts";
import { openRules } from "./open-rules.ts";
import { placedRows, rowTally, sourceRows } from "./rows.ts";
import type { World } from "./world.ts";

/** A line of a file that `build` writes, or of one still to be found. */
export interface LineNumber {
  readonly split: SplitName;
  /** From 1. */
  readonly line: number;
}

/** All that made one training line what it is. */
export interface Explanation extends LineNumber {
  /** As messages show it: file and line. */
  readonly row: string;
  readonly key: string;
  readonly variant: number;
  readonly seed: number;
  /** What keeps rows in one split, and its place between 0 and 1; undefined for a split with a file of its own. */
  readonly group: { readonly value: string; readonly fraction: number } | undefined;
  /** The row's columns. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of a preference, the last one is the preferred answer. */
  readonly messages: readonly ExplainedMessage[];
  /** What stands beside the messages, where there is something. */
  readonly tools?: ToolSettings;
  /** Of a preference only. */
  readonly rejected?: ExplainedMessage;
  /** Of an item of reinforcement only: what graders are told, in the order of the line. */
  readonly item?: readonly ExplainedField[];
  /** Each rule that looks at one example at a time, with its fault, of which the pipeline only warns. */
  readonly rules: readonly { readonly type: string; readonly place: string; readonly fault: string | undefined }[];
}

type ExplainedMessage = ChatMessage & {
  /** The template's file from the root, or the place of an inline one; undefined for ready-made messages. */
  readonly template: string | undefined;
};

interface ExplainedField {
  readonly field: string;
  /** A value of JSON. */
  readonly value: unknown;
  /** As of a message. */
  readonly template: string | undefined;
}

type Outputs = ReadonlyMap<string, StageOutput>;

/** A line with what the manifest says of it. */
interface Traced {
  readonly wanted: LineNumber;
  readonly entry: ManifestLine;
}

/** @throws FtpipeError NOTHING_TO_SHOW if the file has fewer lines. */
export async function explainLine(world: World, outputs: Outputs, wanted: LineNumber): Promise<Explanation> {
  let line = 0;
  for await (const entry of manifestOf(world, outputs)) {
    if (entry[0] !== wanted.split || ++line !== wanted.line) continue;
    const [explanation] = await explain(world, outputs, [{ wanted, entry }]);
    return explanation as Explanation;
  }
  throw new FtpipeError("NOTHING_TO_SHOW", `${splitFiles[wanted.split]} has ${line} lines, not ${wanted.line}.`, {
    hint: "Lines count from 1, in the files that `ftpipe build` writes.",
  });
}

/** Every line that came from the row with this key, in order. @throws FtpipeError NOTHING_TO_SHOW if there is no such row. */
export async function explainKey(world: World, outputs: Outputs, key: string): Promise<readonly Explanation[]> {
  const counts = { training: 0, validation: 0, test: 0 };
  const traced: Traced[] = [];
  const hash = shortHash(key);
  for await (const entry of manifestOf(world, outputs)) {
    const [split, , , , keyHash] = entry;
    counts[split]++;
    if (keyHash === hash) traced.push({ wanted: { split, line: counts[split] }, entry });
  }
  if (traced.length > 0) return explain(world, outputs, traced);
  for await (const row of rowsOf(world)) {
    if (rowKey(row.values, keyColumnOf(world.pipeline.source)) !== key) continue;
    const locate = await rowLocator(world.loaded, world.ports.files);
    throw new FtpipeError("NOTHING_TO_SHOW", `The row with the key "${key}" is in no file.`, {
      hint: "A rule with action: drop left its examples out; `ftpipe check` counts what each rule drops.",
      location: locate(row.file, row.line),
    });
  }
  throw new FtpipeError("NOTHING_TO_SHOW", `No row has the key "${key}".`, {
    hint: "A row's key is its value in source.key. Rows that source.where leaves out are not there.",
  });
}

/** Templates, rules, rows and files are opened once, for however many lines. */
async function explain(world: World, outputs: Outputs, traced: readonly Traced[]): Promise<readonly Explanation[]> {
  const { pipeline, loaded, ports } = world;
  const { seed, split } = pipeline.dataset;
  const templates = await loadTemplates({ loaded, files: ports.files });
  const explained = (message: ChatMessage, name: string | undefined): ExplainedMessage => ({
    ...message,
    template: name === undefined ? undefined : placeOf(name, world),
  });
  const rules = (await openRules(world)).filter(({ set }) => set === undefined);
  const locate = await rowLocator(loaded, ports.files);
  const rows = await readRows(world, traced);
  const lines = await readLines(world, outputs, traced);
  return traced.map(({ wanted, entry: [, file, rowLine, variant] }) => {
    const row = rows.get(placeKey(file, rowLine));
    if (row === undefined) throw new Error(`the manifest names ${file}:${rowLine}, which the source has not`);
    const content = lines.get(placeKey(wanted.split, wanted.line));
    if (content === undefined)
      throw new Error(`${splitFiles[wanted.split]} has no line ${wanted.line}, yet the manifest has`);
    const answers = answerNames(templates, row, world);
    const { messages, rejected, item } = content;
    const names = namesOf(templates, messages.length, answers.preferred);
    const key = rowKey(row.values, keyColumnOf(pipeline.source)) ?? "";
    const group = rowGroup(row.values, split.group_by, key);
    return {
      ...wanted,
      row: formatLocation(locate(file, rowLine)),
      key,
      variant,
      seed,
      group: row.split === undefined ? { value: group, fraction: groupFraction(seed)(digestOf(group)) } : undefined,
      variables: { ...row.values },
      messages: messages.map((message, index) => explained(message, names[index])),
      ...(rejected === undefined
        ? {}
        : { rejected: explained({ role: "assistant", content: rejected }, answers.rejected) }),
      ...(item === undefined ? {} : { item: fieldsOf(item, templates, world) }),
      ...(content.tools === undefined && content.functions === undefined ? {} : { tools: toolSettingsOf(content) }),
      rules: rules.map((rule) => judged(rule, content)),
    };
  });
}

/** By message the template that it came from; turns come from their own entry, which stands for as many as there are. */
function namesOf(
  { messages }: LoadedTemplates,
  count: number,
  preferred: string | undefined,
): readonly (string | undefined)[] {
  const others = messages.filter((message) => !isTurns(message)).length + (preferred === undefined ? 0 : 1);
  const names = messages.flatMap((message) =>
    isTurns(message) ? Array.from({ length: Math.max(0, count - others) }, () => message.name) : [message.name],
  );
  return [...names, preferred];
}

/** The templates of a preference's two answers; neither for other examples. */
function answerNames(
  { preference }: LoadedTemplates,
  { values }: PlacedRow,
  { pipeline }: World,
): { readonly preferred?: string; readonly rejected?: string } {
  const settings = pipeline.dataset.preference;
  if (preference === undefined || settings === undefined) return {};
  const choice = choiceReader(preference, settings)(values);
  if (!("better" in choice)) throw new Error("the manifest names a row that prefers neither answer");
  const [first, second] = preference.answers;
  const [preferred, rejected] = choice.better === 0 ? [first, second] : [second, first];
  return { preferred: preferred.name, rejected: rejected.name };
}

function fieldsOf(item: ItemFields, templates: LoadedTemplates, world: World): readonly ExplainedField[] {
  const names = new Map((templates.item ?? []).map(({ field, name }) => [field, placeOf(name, world)]));
  return Object.entries(item).map(([field, value]) => ({ field, value, template: names.get(field) }));
}

function judged(rule: ActiveRule, content: ExampleContent): Explanation["rules"][number] {
  return { type: rule.type, place: formatLocation(rule.location), fault: faultOf(rule, content) };
}

/** A template goes by its file's path from the root, or by the pointer of the message that holds it. */
function placeOf(name: string, { loaded }: World): string {
  return name.startsWith("/dataset/") ? formatLocation(loaded.locate(name)) : name;
}

function manifestOf({ ports }: World, outputs: Outputs): AsyncGenerator<ManifestLine, void, undefined> {
  return readJsonLines<ManifestLine>(ports.files, outputs.get("split")?.files["manifest"]?.path ?? "");
}

async function* rowsOf(world: World): AsyncGenerator<PlacedRow, void, undefined> {
  for await (const batch of sourceRows(world, rowTally(), () => {})) yield* placedRows(batch);
}

const placeKey = (file: string, line: number): string => `${line} ${file}`;

/** The rows that the lines came from, by their places. */
async function readRows(world: World, traced: readonly Traced[]): Promise<ReadonlyMap<string, PlacedRow>> {
  const wanted = new Set(traced.map(({ entry: [, file, line] }) => placeKey(file, line)));
  const found = new Map<string, PlacedRow>();
  for await (const row of rowsOf(world)) {
    const key = placeKey(row.file, row.line);
    if (wanted.has(key)) found.set(key, row);
    if (found.size === wanted.size) break;
  }
  return found;
}

/** The messages of the lines, by split and number. */
async function readLines(
  { ports }: World,
  outputs: Outputs,
  traced: readonly Traced[],
): Promise<ReadonlyMap<string, ExampleContent>> {
  const found = new Map<string, ExampleContent>();
  for (const split of new Set(traced.map(({ wanted }) => wanted.split))) {
    const numbers = traced.filter(({ wanted }) => wanted.split === split).map(({ wanted }) => wanted.line);
    const wanted = new Set(numbers);
    const last = Math.max(...numbers);
    const path = outputs.get("split")?.files[splitFiles[split].replace(".jsonl", "")]?.path ?? "";
    let line = 0;
    for await (const written of readJsonLines<TrainingLine>(ports.files, path)) {
      if (wanted.has(++line)) found.set(placeKey(split, line), contentOf(written));
      if (line === last) break;
    }
  }
  return found;
}

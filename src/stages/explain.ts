import type { ChatMessage } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import { readJsonLines } from "../core/json-lines.ts";
import { formatLocation } from "../core/location.ts";
import type { ActiveRule } from "../dataset/apply-rules.ts";
import { rowLocator } from "../dataset/files.ts";
import { loadTemplates } from "../dataset/load-templates.ts";
import type { PlacedRow } from "../dataset/make-examples.ts";
import { type ManifestLine, shortHash, splitFiles } from "../dataset/manifest.ts";
import { rowGroup, rowKey } from "../dataset/render-rows.ts";
import { groupFraction, type SplitName } from "../dataset/split.ts";
import type { StageOutput } from "../run/stage.ts";
import { openRules } from "./open-rules.ts";
import { rowTally, sourceRows } from "./rows.ts";
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
  readonly messages: readonly (ChatMessage & {
    /** The template's file from the root, or the place of an inline one; undefined for ready-made messages. */
    readonly template: string | undefined;
  })[];
  /** Each rule that looks at one example at a time, with its fault, of which the pipeline only warns. */
  readonly rules: readonly { readonly type: string; readonly place: string; readonly fault: string | undefined }[];
}

type Outputs = ReadonlyMap<string, StageOutput>;

/** @throws FtpipeError NOTHING_TO_SHOW if the file has fewer lines. */
export async function explainLine(world: World, outputs: Outputs, wanted: LineNumber): Promise<Explanation> {
  let line = 0;
  for await (const entry of manifestOf(world, outputs)) {
    if (entry[0] !== wanted.split || ++line !== wanted.line) continue;
    return explain(world, outputs, entry, wanted);
  }
  throw new FtpipeError("NOTHING_TO_SHOW", `${splitFiles[wanted.split]} has ${line} lines, not ${wanted.line}.`, {
    hint: "Lines count from 1, in the files that `ftpipe build` writes.",
  });
}

/** Every line that came from the row with this key, in order. @throws FtpipeError NOTHING_TO_SHOW if there is no such row. */
export async function linesOfKey(world: World, outputs: Outputs, key: string): Promise<readonly LineNumber[]> {
  const counts = { training: 0, validation: 0, test: 0 };
  const lines: LineNumber[] = [];
  const hash = shortHash(key);
  for await (const [split, , , , keyHash] of manifestOf(world, outputs)) {
    counts[split]++;
    if (keyHash === hash) lines.push({ split, line: counts[split] });
  }
  if (lines.length > 0) return lines;
  const row = await findRow(world, (candidate) => rowKey(candidate.values, world.pipeline.source.key) === key);
  if (row === undefined) {
    throw new FtpipeError("NOTHING_TO_SHOW", `No row has the key "${key}".`, {
      hint: "A row's key is its value in source.key. Rows that source.where leaves out are not there.",
    });
  }
  const locate = await rowLocator(world.loaded, world.ports.files);
  throw new FtpipeError("NOTHING_TO_SHOW", `The row with the key "${key}" is in no file.`, {
    hint: "A rule with action: drop left its examples out; `ftpipe check` counts what each rule drops.",
    location: locate(row.file, row.line),
  });
}

async function explain(
  world: World,
  outputs: Outputs,
  [, file, rowLine, variant]: ManifestLine,
  wanted: LineNumber,
): Promise<Explanation> {
  const { pipeline, loaded, ports } = world;
  const row = await findRow(world, (candidate) => candidate.file === file && candidate.line === rowLine);
  if (row === undefined) throw new Error(`the manifest names ${file}:${rowLine}, which the source has not`);
  const { seed, split } = pipeline.dataset;
  const key = rowKey(row.values, pipeline.source.key) ?? "";
  const group = rowGroup(row.values, split.group_by, key);
  const templates = await loadTemplates(pipeline.dataset.messages, { loaded, files: ports.files });
  const messages = await readLine(world, outputs, wanted);
  const names = templates.messages.map(({ name }) => placeOf(name, world));
  const rules = await openRules(world);
  const locate = await rowLocator(loaded, ports.files);
  return {
    ...wanted,
    row: formatLocation(locate(file, rowLine)),
    key,
    variant,
    seed,
    group: row.split === undefined ? { value: group, fraction: groupFraction(seed, group) } : undefined,
    variables: { ...row.values },
    messages: messages.map((message, index) => ({ ...message, template: names[index] })),
    rules: rules.filter(({ set }) => set === undefined).map((rule) => judged(rule, messages)),
  };
}

function judged(rule: ActiveRule, messages: readonly ChatMessage[]): Explanation["rules"][number] {
  return { type: rule.type, place: formatLocation(rule.location), fault: rule.check(messages) };
}

/** A template goes by its file's path from the root, or by the pointer of the message that holds it. */
function placeOf(name: string, { loaded }: World): string {
  return name.startsWith("/dataset/") ? formatLocation(loaded.locate(name)) : name;
}

function manifestOf({ ports }: World, outputs: Outputs): AsyncGenerator<ManifestLine, void, undefined> {
  return readJsonLines<ManifestLine>(ports.files, outputs.get("split")?.files["manifest"]?.path ?? "");
}

async function findRow(world: World, isIt: (row: PlacedRow) => boolean): Promise<PlacedRow | undefined> {
  for await (const { rows, file, split } of sourceRows(world, rowTally(), () => {})) {
    for (const { values, location } of rows) {
      const row = { values, file, line: location.line ?? 1, split };
      if (isIt(row)) return row;
    }
  }
  return undefined;
}

async function readLine(
  { ports }: World,
  outputs: Outputs,
  { split, line }: LineNumber,
): Promise<readonly ChatMessage[]> {
  const name = splitFiles[split].replace(".jsonl", "");
  let number = 0;
  const path = outputs.get("split")?.files[name]?.path ?? "";
  for await (const { messages } of readJsonLines<{ readonly messages: readonly ChatMessage[] }>(ports.files, path)) {
    if (++number === line) return messages;
  }
  throw new Error(`${splitFiles[split]} has no line ${line}, yet the manifest has`);
}

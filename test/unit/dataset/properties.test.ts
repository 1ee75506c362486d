import { describe, expect, test } from "vitest";
import { createRandom, type RandomStream } from "../../../src/engine/random.ts";
import { type BuildResult, buildOnce } from "./rig.ts";

async function build(files: Readonly<Record<string, string>>): Promise<BuildResult> {
  const result = await buildOnce(files);
  expect(result.problems).toEqual([]);
  return result;
}

/** What a cell may hold that has ever broken a reader: quotes, commas, line ends, tags, emoji, other scripts. */
const pieces = [
  '"',
  ",",
  "\n",
  "\r\n",
  " ",
  "a",
  "Zoë",
  "水壶",
  "🙂",
  "{{x}}",
  "<b>",
  "\\n",
  "'",
  ";",
  "\t",
  "=1+1",
  "0012",
  "null",
];
const cell = (random: RandomStream): string =>
  Array.from({ length: 1 + random.below(6) }, () => pieces[random.below(pieces.length)]).join("");
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

interface Row {
  readonly key: string;
  readonly group: string;
  readonly text: string;
}

function someRows(random: RandomStream, count: number, prefix = "r"): readonly Row[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${prefix}${index}`,
    group: `g${random.below(Math.ceil(count / 3))}`,
    // Never only white space, which is refused as empty.
    text: `${cell(random)}x${cell(random)}`,
  }));
}

const toCsv = (rows: readonly Row[]): string =>
  `key,group,text\n${rows.map(({ key, group, text }) => `${key},${group},${quoted(text)}\n`).join("")}`;
const toJsonl = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const pipeline = (type: "csv" | "jsonl", { variants = 1, groups = false } = {}): string => `
source: { type: ${type}, path: data.${type}, key: key }
dataset:
  seed: 11
  variants: ${variants}
  messages:
    - { role: user, content: "{{key}}: {{text}}" }
    - { role: assistant, content: "{{pick 'one' 'two' 'three' 'four'}} {{text}}" }
  split: { validation: 0.2, test: 0.15${groups ? ", group_by: group" : ""} }
training: { suffix: x }`;

/** The split of each row, by its key. */
async function splitsOf(result: BuildResult): Promise<ReadonlyMap<string, string>> {
  const splits = new Map<string, string>();
  for (const name of ["train", "validation", "test"] as const) {
    for (const line of await result.lines(name)) {
      const [{ content }] = line["messages"] as [{ content: string }];
      const key = content.slice(0, content.indexOf(":"));
      expect(splits.get(key) ?? name, `${key} stands in one split`).toBe(name);
      splits.set(key, name);
    }
  }
  return splits;
}

describe.each([1, 2, 3, 4, 5])("whatever the rows (seed %i)", (seed) => {
  const random = createRandom(seed);
  const rows = someRows(random, 120);

  test("CSV to JSONL and back: every cell is in its example as it was in its row", async () => {
    const result = await build({ "pipeline.yaml": pipeline("csv"), "data.csv": toCsv(rows) });
    const contents = new Map<string, readonly string[]>();
    for (const name of ["train", "validation", "test"] as const) {
      for (const line of await result.lines(name)) {
        const [user, assistant] = line["messages"] as [{ content: string }, { content: string }];
        contents.set(user.content.slice(0, user.content.indexOf(":")), [user.content, assistant.content]);
      }
    }
    expect(contents.size).toBe(rows.length);
    for (const { key, text } of rows) {
      const [user, assistant] = contents.get(key) ?? [];
      expect(user).toBe(`${key}: ${text}`);
      expect(assistant?.replace(/^(one|two|three|four) /, "")).toBe(text);
    }
  });

  test("the same rows as CSV and as JSON Lines give the same files", async () => {
    const fromCsv = await build({ "pipeline.yaml": pipeline("csv"), "data.csv": toCsv(rows) });
    const fromJsonl = await build({ "pipeline.yaml": pipeline("jsonl"), "data.jsonl": toJsonl(rows) });
    for (const name of ["train", "validation", "test", "heldOut"] as const) {
      const [left, right] = [await fromCsv.lines(name), await fromJsonl.lines(name)];
      const messages = (lines: typeof left) => lines.map((line) => line["messages"]);
      expect(messages(left)).toEqual(messages(right));
    }
  });

  test("no group stands in two splits", async () => {
    const settings = { variants: 2, groups: true };
    const result = await build({ "pipeline.yaml": pipeline("csv", settings), "data.csv": toCsv(rows) });
    const splits = await splitsOf(result);
    const ofGroup = new Map<string, string | undefined>();
    for (const { key, group } of rows) {
      expect(ofGroup.get(group) ?? splits.get(key), `group ${group}`).toBe(splits.get(key));
      ofGroup.set(group, splits.get(key));
    }
    expect(new Set(ofGroup.values()).size).toBe(3);
  });

  test("the order of the rows decides nothing but the order of the lines", async () => {
    const shuffled = rows.map((row) => ({ row, at: random.next() })).sort((a, b) => a.at - b.at);
    const settings = { "pipeline.yaml": pipeline("csv", { variants: 2 }) };
    const straight = await build({ ...settings, "data.csv": toCsv(rows) });
    const mixed = await build({ ...settings, "data.csv": toCsv(shuffled.map(({ row }) => row)) });
    for (const name of ["train", "validation", "test"] as const) {
      const sorted = async (result: BuildResult) => (await result.text(name)).split("\n").sort();
      expect(await sorted(mixed)).toEqual(await sorted(straight));
    }
  });
});

test("200 new rows among 800 move no old row between the splits, and change none of its texts", async () => {
  const random = createRandom(9);
  const old = someRows(random, 800);
  const added = someRows(random, 200, "new");
  const all = [...old, ...added].map((row) => ({ row, at: random.next() })).sort((a, b) => a.at - b.at);
  const before = await build({ "pipeline.yaml": pipeline("csv"), "data.csv": toCsv(old) });
  const after = await build({ "pipeline.yaml": pipeline("csv"), "data.csv": toCsv(all.map(({ row }) => row)) });
  const [splitsBefore, splitsAfter] = [await splitsOf(before), await splitsOf(after)];
  for (const { key } of old) expect(splitsAfter.get(key), key).toBe(splitsBefore.get(key));
  for (const name of ["train", "validation", "test"] as const) {
    const lines = new Set((await after.text(name)).split("\n"));
    for (const line of (await before.text(name)).split("\n")) expect(lines.has(line)).toBe(true);
  }
});

test("why is right for a thousand random lines", { timeout: 120_000 }, async () => {
  const random = createRandom(10);
  const rows = someRows(random, 400);
  const result = await build({ "pipeline.yaml": pipeline("csv", { variants: 3 }), "data.csv": toCsv(rows) });
  const byKey = new Map(rows.map((row) => [row.key, row]));
  /** The line on which each row begins, in a file whose cells hold line ends. */
  const lineOf = new Map<string, number>();
  let line = 2;
  for (const { key, text } of rows) {
    lineOf.set(key, line);
    line += 1 + (text.match(/\r\n|\n|\r/g)?.length ?? 0);
  }
  const names = { training: "train", validation: "validation", test: "test" } as const;
  const files = {
    training: await result.lines("train"),
    validation: await result.lines("validation"),
    test: await result.lines("test"),
  };
  for (let round = 0; round < 1000; round++) {
    const split = (["training", "training", "validation", "test"] as const)[random.below(4)] ?? "training";
    const number = 1 + random.below(files[split].length);
    const told = await result.explain({ split, line: number });
    const messages = files[split][number - 1]?.["messages"] as readonly { role: string; content: string }[];
    const row = byKey.get(told.key);
    expect(messages[0]?.content, `${names[split]}.jsonl:${number}`).toBe(`${told.key}: ${row?.text}`);
    expect(told.messages.map(({ role, content }) => ({ role, content }))).toEqual(messages);
    expect(told.variables).toEqual(row);
    expect(told.row).toMatch(new RegExp(`data\\.csv:${lineOf.get(told.key)}$`));
  }
});

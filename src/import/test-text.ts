import { isSeq, parseDocument, stringify } from "yaml";
import { canonicalJson } from "../core/hash.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The text of a pipeline with tests behind its own. All else stays to the letter, if the tests stand on lines of their own. */
export function withTests(text: string, tests: readonly Fields[]): string {
  return inserted(text, tests) ?? written(text, tests);
}

const path = ["evaluation", "tests"] as const;

/** Undefined where the list is none of lines, or where that would not come out right. */
function inserted(text: string, tests: readonly Fields[]): string | undefined {
  const document = parseDocument(text);
  const list: unknown = document.getIn(path, true);
  if (!isSeq(list) || list.flow === true) return undefined;
  const last = list.items.at(-1) as { readonly range?: readonly [number, number, number] | null } | undefined;
  const [start] = list.range ?? [];
  if (start === undefined || last?.range == null) return undefined;
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  const end = text.indexOf("\n", text.slice(0, last.range[1]).trimEnd().length);
  const at = end < 0 ? text.length : end;
  const lines = stringify(tests, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split("\n");
  const block = lines.map((line) => (line === "" ? line : " ".repeat(column) + line)).join("\n");
  const changed = `${text.slice(0, at)}\n${block}${text.slice(at)}`;
  const wanted = canonicalJson([...(list.toJSON() as readonly unknown[]), ...tests]);
  const read = parseDocument(changed);
  const found = read.errors.length > 0 ? undefined : (read.toJS() as { evaluation?: { tests?: unknown } });
  return found !== undefined && canonicalJson(found.evaluation?.tests ?? null) === wanted ? changed : undefined;
}

/** Written anew: comments stay, spaces may not. */
function written(text: string, tests: readonly Fields[]): string {
  const document = parseDocument(text);
  for (const test of tests) document.addIn(path, document.createNode(test));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

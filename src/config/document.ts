import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { type Problem, problem } from "../core/errors.ts";
import { type Location, locateOffset } from "../core/location.ts";
import { conflictOffset, resolveMerge } from "../core/merge-conflict.ts";
import { looksLikeSecret } from "../core/secret.ts";
import { plural } from "../core/units.ts";
import { offsetInSource } from "./scalar-place.ts";
import { maxDepth, secretProblems, structureProblems } from "./yaml-structure.ts";
import { sentence, syntaxFaults } from "./yaml-syntax.ts";

const maxBytes = 1 << 20;

/** A YAML text with a place for every value and key. */
export interface YamlDocument {
  /** The plain value; undefined if `problems` has errors. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** @param pointer JSON pointer. The nearest ancestor's place if the value is not in the text. */
  readonly locate: (pointer: string) => Location;
  /** The place of the key itself rather than of its value. */
  readonly locateKey: (pointer: string) => Location;
  /** The place of a character inside a string value. @param line From 1, in the value. @param column From 1. */
  readonly locateIn: (pointer: string, line: number, column: number, length?: number) => Location;
  /** A number of the text, as it is written there; undefined for all other values. */
  readonly number: (pointer: string) => { readonly written: string; readonly value: number } | undefined;
}

export interface Override {
  /** Dotted, such as `training.hyperparameters.n_epochs`; a number is an index of a list. */
  readonly path: string;
  /** YAML text of the value. */
  readonly value: string;
}

export function parsePointer(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * Reads a YAML 1.2 document strictly: duplicate keys, unknown tags, merge keys, directives and values that
 * look like credentials are problems with a place, all of them at once.
 * @param file The name that messages show.
 */
export function readYaml(file: string, text: string, overrides: readonly Override[] = []): YamlDocument {
  const tooEarly = beforeParsing(file, text);
  if (tooEarly.length > 0) {
    const locate = () => ({ file });
    return {
      value: undefined,
      problems: tooEarly,
      locate,
      locateKey: locate,
      locateIn: locate,
      number: () => undefined,
    };
  }
  const lines = new LineCounter();
  // Equal keys are looked for below: the parser compares each key with each, which takes minutes for a large file.
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const document = parseDocument(source, { lineCounter: lines, strict: true, uniqueKeys: false, prettyErrors: false });
  const at = (offset: number, end = offset + 1) =>
    withoutSecret(locateOffset(file, source, offset, Math.max(1, Math.min(end, endOfLine(source, offset)) - offset)));
  const problems = syntaxFaults(document, source).map(({ message, hint, range: [start, end] }) =>
    problem("error", "PIPELINE_INVALID", message, { hint, location: at(start, end) }),
  );
  if (problems.length === 0) problems.push(...structureProblems(document, source, at));
  problems.push(...secretProblems(source, problems, at));
  let value: unknown;
  if (problems.length === 0) {
    for (const override of overrides) applyOverride(document, override, file, problems);
    try {
      value = document.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      problems.push(problem("error", "PIPELINE_INVALID", sentence((error as Error).message), { location: { file } }));
    }
  }
  const overridden = (pointer: string) =>
    overrides.find(({ path }) => `${pointer}/`.startsWith(`/${path.replaceAll(".", "/")}/`));
  const locateWith = (pointer: string, wanted: "key" | "value") => {
    const override = overridden(pointer);
    if (override !== undefined) return { file: `--set ${override.path}` };
    const found = find(document, parsePointer(pointer));
    const node = wanted === "key" ? (found.key ?? found.value) : found.value;
    const range = node?.range;
    return range ? at(range[0], range[1]) : { file };
  };
  return {
    value,
    problems,
    locate: (pointer) => locateWith(pointer, "value"),
    locateKey: (pointer) => locateWith(pointer, "key"),
    number: (pointer) => {
      const node = find(document, parsePointer(pointer)).value;
      if (overridden(pointer) !== undefined || !isScalar(node) || !node.range) return undefined;
      const { value, range } = node;
      return typeof value === "number" ? { written: source.slice(range[0], range[1]), value } : undefined;
    },
    locateIn: (pointer, line, column, length = 1) => {
      const node = find(document, parsePointer(pointer)).value;
      if (overridden(pointer) !== undefined || !isScalar(node)) return locateWith(pointer, "value");
      const offset = offsetInSource(source, node, offsetOf(String(node.value), line, column));
      return offset === undefined ? locateWith(pointer, "value") : at(offset, offset + length);
    },
  };
}

/** Where brackets go deeper than the parser can follow; braces of templates come in pairs and do not add up. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/[[\]{}]/g)) {
    depth += sign === "[" || sign === "{" ? 1 : -1;
    if (depth > 8 * maxDepth) return index;
  }
  return undefined;
}

function beforeParsing(file: string, text: string): Problem[] {
  const fault = (message: string, hint: string, offset?: number) => [
    problem("error", "PIPELINE_INVALID", message, {
      hint,
      location: offset === undefined ? { file } : locateOffset(file, text, offset),
    }),
  ];
  if (Buffer.byteLength(text) > maxBytes) {
    return [
      problem("error", "PIPELINE_TOO_LARGE", `The pipeline file is larger than 1 MiB.`, {
        hint: "Keep data in files of their own and name them under source.path.",
        location: { file },
      }),
    ];
  }
  const isEmpty = text.split("\n").every((line) => /^(?:\s|\uFEFF)*(?:#.*|---|\.\.\.)?\s*$/.test(line));
  if (isEmpty) return fault("The pipeline file is empty.", "Start from: ftpipe init");
  const conflict = conflictOffset(text);
  if (conflict !== undefined) return fault("The file has conflict markers of a merge.", resolveMerge, conflict);
  const fence = /^(?:\s|\uFEFF)*(?=```)/.exec(text);
  if (fence) return fault("The file is a block of Markdown.", "Remove the lines of its fence (```).", fence[0].length);
  const nul = text.indexOf("\0");
  if (nul >= 0) return fault("The file has a NUL byte: it is no text.", "Is this the right file?", nul);
  const carriage = /\r(?!\n)/.exec(text);
  if (carriage) return fault("A line ends with CR alone.", "Save the file with LF line ends.", carriage.index);
  const deep = tooDeepAt(text);
  if (deep !== undefined) return fault("Values are nested too deep.", "Is a bracket never closed?", deep);
  const directive = /^%[A-Z]+.*/m.exec(text);
  if (directive)
    return fault(
      `The directive "${directive[0]}" is not allowed.`,
      "Remove it: the format is YAML 1.2.",
      directive.index,
    );
  return [];
}

/** A line that holds a secret is not shown, whatever is wrong with it. */
function withoutSecret(location: Location): Location {
  if (location.excerpt === undefined || looksLikeSecret(location.excerpt) === undefined) return location;
  const { excerpt: _hidden, ...rest } = location;
  return rest;
}

function applyOverride(document: Document, { path, value }: Override, file: string, problems: Problem[]): void {
  const parsed = parseDocument(value, { strict: true });
  const kind = looksLikeSecret(value);
  if (kind !== undefined) {
    const hint = "Name an environment variable instead: api_key_env.";
    problems.push(
      problem("error", "SECRET_IN_PIPELINE", `A value looks like ${kind}.`, {
        hint,
        location: { file: `--set ${path}` },
      }),
    );
    return;
  }
  const keys = path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  if (parsed.errors.length > 0 || keys.some((key) => key === "" || key === "__proto__")) {
    problems.push(
      problem("error", "USAGE", `Cannot read --set ${path}=${value}.`, {
        hint: "Write --set key.path=value, with a value as in YAML, such as --set training.hyperparameters.n_epochs=4",
        location: { file: `--set ${path}` },
      }),
    );
    return;
  }
  const beyond = indexBeyond(document, keys);
  if (beyond !== undefined) {
    problems.push(problem("error", "USAGE", beyond, { location: { file: `--set ${path}` } }));
    return;
  }
  try {
    document.setIn(keys, document.createNode(parsed.toJS()));
  } catch (error) {
    const message = `Cannot set ${path} in ${file}: ${(error as Error).message}.`;
    problems.push(problem("error", "USAGE", message, { location: { file: `--set ${path}` } }));
  }
}

/** An index behind the end of a list would leave items without a value before it; the one at the end adds an item. */
function indexBeyond(document: Document, keys: readonly (string | number)[]): string | undefined {
  for (const [depth, key] of keys.entries()) {
    const list = depth === 0 ? document.contents : document.getIn(keys.slice(0, depth));
    if (!isSeq(list) || typeof key !== "number" || key <= list.items.length) continue;
    const count = plural(list.items.length, "item");
    return `Cannot set ${keys.join(".")}: ${keys.slice(0, depth).join(".")} has ${count}, and counts from 0.`;
  }
  return undefined;
}

interface Found {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

function find(document: Document, path: readonly string[]): Found {
  let found: Found = { key: undefined, value: (document.contents as Node | null) ?? undefined };
  for (const part of path) {
    const container: unknown = isAlias(found.value) ? found.value.resolve(document) : found.value;
    if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!isPair(pair)) return found;
      const value = isNode(pair.value) && pair.value.range ? pair.value : (pair.key as Node);
      found = { key: pair.key as Node, value };
    } else if (isSeq(container)) {
      const item = container.items[Number(part)];
      if (!isNode(item)) return found;
      found = { key: undefined, value: item };
    } else return found;
  }
  return found;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The offset of a line and column, both from 1, in a text. */
function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let before = 1; before < line; before++) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}

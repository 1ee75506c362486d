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
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import { type Problem, problem } from "../core/errors.ts";
import { type Location, locateLine, locateOffset } from "../core/location.ts";
import { looksLikeSecret } from "../core/secret.ts";

const maxBytes = 1 << 20;
const maxNodes = 20_000;
const maxDepth = 64;

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
    return { value: undefined, problems: tooEarly, locate, locateKey: locate, locateIn: locate };
  }
  const lines = new LineCounter();
  // Equal keys are looked for below: the parser compares each key with each, which takes minutes for a large file.
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const document = parseDocument(source, { lineCounter: lines, strict: true, uniqueKeys: false, prettyErrors: false });
  const at = (offset: number, end = offset + 1) =>
    withoutSecret(locateOffset(file, source, offset, Math.max(1, Math.min(end, endOfLine(source, offset)) - offset)));
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) =>
    problem("error", "PIPELINE_INVALID", sentence(message), {
      location: at(pos[0], pos[1]),
      ...syntaxHint(source, pos[0]),
    }),
  );
  if (problems.length === 0) problems.push(...structureProblems(document, at));
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
    if (override !== undefined) return { file: `--set ${override.path}=${override.value}` };
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
    locateIn: (pointer, line, column, length = 1) => {
      const node = find(document, parsePointer(pointer)).value;
      if (!isScalar(node) || !node.range) return locateWith(pointer, "value");
      return locateInScalar(file, source, node.range[0], String(node.value), { line, column, length });
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
  if (text.trim() === "") return fault("The pipeline file is empty.", "Start from: ftpipe init");
  const conflict = /^(<{7}|>{7}) /m.exec(text);
  if (conflict) return fault("The file has conflict markers of a merge.", "Resolve the merge first.", conflict.index);
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

function structureProblems(document: Document, at: (offset: number, end?: number) => Location): Problem[] {
  const problems: Problem[] = [];
  let nodes = 0;
  const fault = (
    node: Node,
    message: string,
    hint?: string,
    code: "PIPELINE_INVALID" | "SECRET_IN_PIPELINE" = "PIPELINE_INVALID",
  ) => {
    const range = node.range ?? [0, 1, 1];
    problems.push(problem("error", code, message, { hint, location: at(range[0], range[1]) }));
  };
  visit(document, (_key, node, path) => {
    if (!isNode(node)) return undefined;
    nodes++;
    if (nodes === maxNodes + 1) fault(node, `The file has more than ${maxNodes} values.`);
    if (path.length > 2 * maxDepth) {
      fault(node, `Values are nested more than ${maxDepth} deep.`);
      return visit.BREAK;
    }
    if (nodes > maxNodes) return visit.BREAK;
    if (isAlias(node)) {
      const anchor = node.resolve(document);
      if (anchor === undefined) fault(node, `The alias *${node.source} has no anchor before it.`);
      else if (path.some((ancestor) => ancestor === anchor)) fault(node, `The alias *${node.source} contains itself.`);
    }
    if (isScalar(node) && typeof node.value === "string") {
      const kind = looksLikeSecret(node.value);
      if (kind !== undefined) {
        const hint = "Remove it, revoke it, and name an environment variable instead: api_key_env.";
        fault(node, `A value looks like ${kind}.`, hint, "SECRET_IN_PIPELINE");
      }
    }
    if (isMap(node)) {
      const seen = new Set<string>();
      for (const { key } of node.items as Pair<Node>[]) {
        if (isScalar(key)) {
          const name = String(key.value);
          if (seen.has(name)) fault(key, `The key "${name}" stands twice: keys must be unique.`, "Keep one of them.");
          seen.add(name);
        }
        if (!isScalar(key) || typeof key.value !== "string") fault(key ?? node, "A key must be a plain text.");
        else if (key.value === "<<")
          fault(key, "Merge keys (<<) are not supported.", "Repeat the keys, or use an alias for a whole value.");
        else if (key.value === "__proto__") fault(key, `The key "__proto__" is not allowed.`);
      }
    }
    return undefined;
  });
  return problems;
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
  try {
    document.setIn(keys, document.createNode(parsed.toJS()));
  } catch (error) {
    const message = `Cannot set ${path} in ${file}: ${(error as Error).message}.`;
    problems.push(problem("error", "USAGE", message, { location: { file: `--set ${path}` } }));
  }
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

/** The nth line of a block or quoted scalar is looked for in the text; escapes may shift a column. */
function locateInScalar(
  file: string,
  source: string,
  start: number,
  value: string,
  { line, column, length }: { line: number; column: number; length: number },
): Location {
  const wanted = value.split("\n")[line - 1] ?? "";
  const trimmed = wanted.trimStart();
  const leading = wanted.length - trimmed.length;
  let from = start;
  for (let skipped = 0; skipped < line - 1; skipped++) {
    const next = source.indexOf("\n", from);
    if (next < 0) break;
    from = next + 1;
  }
  const found = source.indexOf(trimmed, from);
  if (found < 0 || trimmed === "") return locateOffset(file, source, start);
  const place = locateOffset(file, source, found);
  return locateLine(file, source, place.line ?? 1, (place.column ?? 1) + column - 1 - leading, length);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function sentence(message: string): string {
  const first = message.split("\n")[0] ?? message;
  const text = first.replace(/ at line \d+, column \d+:?$/, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

function syntaxHint(text: string, offset: number): { hint?: string } {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(start, endOfLine(text, offset));
  if (/^\s*\t/.test(line)) return { hint: "Indent with spaces; YAML knows no tabs." };
  if (/: .*: /.test(line)) return { hint: "Put quotes around a text that has a colon in it." };
  if (/:\s*\{\{/.test(line)) return { hint: "Put quotes around a text that starts with {{." };
  return {};
}

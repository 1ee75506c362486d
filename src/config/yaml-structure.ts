import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { type ErrorCode, type Problem, problem } from "../core/errors.ts";
import { characterName, unseenCharacter } from "../core/hidden-characters.ts";
import type { Location } from "../core/location.ts";
import { quote } from "../core/quote.ts";
import { findSecrets, looksLikeSecret } from "../core/secret.ts";

const maxNodes = 20_000;
/** Deeper than anybody nests values. */
export const maxDepth = 64;

type At = (offset: number, end?: number) => Location;
type Fault = (node: Node, message: string, hint?: string, code?: ErrorCode) => void;

/** What the parser takes and a pipeline does not: aliases of themselves, odd keys, tags, secrets, characters nobody sees. */
export function structureProblems(document: Document, source: string, at: At): Problem[] {
  const problems: Problem[] = [];
  let nodes = 0;
  const fault: Fault = (node, message, hint, code = "PIPELINE_INVALID") => {
    const [start, end] = node.range ?? [0, 1];
    problems.push(problem("error", code, message, { hint, location: at(start, end) }));
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
      const hint = "Put quotes around a text that starts with *.";
      if (anchor === undefined) fault(node, `The alias *${node.source} has no anchor before it.`, hint);
      else if (path.some((ancestor) => ancestor === anchor)) fault(node, `The alias *${node.source} contains itself.`);
    }
    if (isScalar(node)) checkScalar(node, source, { fault, at, problems });
    if (isMap(node)) checkKeys(node, source, fault);
    return undefined;
  });
  return problems;
}

const plainTags = /^tag:yaml\.org,2002:(?:str|int|float|bool|null)$/;

function checkScalar(
  node: Scalar,
  source: string,
  { fault, at, problems }: { readonly fault: Fault; readonly at: At; readonly problems: Problem[] },
): void {
  const { tag, value, range } = node;
  if (tag !== undefined && !plainTags.test(tag) && range) {
    const written = tag.replace("tag:yaml.org,2002:", "!!");
    const start = source.lastIndexOf(written, range[0]);
    const location = at(start < 0 ? range[0] : start, range[1]);
    const hint = "Remove it: the values of a pipeline have no tags.";
    problems.push(problem("error", "PIPELINE_INVALID", `The tag ${written} is not allowed.`, { hint, location }));
  }
  if (typeof value !== "string") return;
  const kind = looksLikeSecret(value);
  if (kind !== undefined) problems.push(secretProblem(kind, at(...secretRange(node, source))));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(value)?.[0];
  if (control !== undefined) {
    const hint = "In double quotes a backslash begins an escape: use single quotes.";
    fault(node, `The text has the control character ${characterName(control)} in it.`, hint);
  }
  if (!value.isWellFormed())
    fault(node, "The text has half of a surrogate pair in it, which is no character.", "Write the character itself.");
}

const secretHint = "Remove it, revoke it, and name an environment variable instead: api_key_env.";

function secretProblem(kind: string, location: Location): Problem {
  return problem("error", "SECRET_IN_PIPELINE", `A value looks like ${kind}.`, { hint: secretHint, location });
}

/** The text, or within a text of several lines the secret itself. */
function secretRange({ range }: Scalar, source: string): [start: number, end: number] {
  const [start, end] = range ?? [0, 1];
  const [first] = findSecrets(source.slice(start, end));
  const isBelow = first !== undefined && source.slice(start, start + first.start).includes("\n");
  return isBelow ? [start + first.start, start + first.end] : [start, end];
}

/** Secrets wherever they stand in the text, in comments and in lines that are no YAML, beside those that were told. */
export function secretProblems(source: string, told: readonly Problem[], at: At): Problem[] {
  const lines = new Set(told.filter(({ code }) => code === "SECRET_IN_PIPELINE").map(({ location }) => location?.line));
  return findSecrets(source).flatMap(({ start, end, what }) => {
    const location = at(start, end);
    if (lines.has(location.line)) return [];
    lines.add(location.line);
    return [
      problem("error", "SECRET_IN_PIPELINE", `The line has what looks like ${what}.`, { hint: secretHint, location }),
    ];
  });
}

function checkKeys(node: YAMLMap, source: string, fault: Fault): void {
  const seen = new Set<string>();
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const { key } = pair;
    if (isScalar(key)) {
      const name = String(key.value);
      if (seen.has(name)) fault(key, `The key "${name}" stands twice: keys must be unique.`, "Keep one of them.");
      seen.add(name);
    }
    if (!isScalar(key) || typeof key.value !== "string") oddKey(pair, node, source, fault);
    else checkKey(key, key.value, fault);
  }
}

function checkKey(key: Scalar, name: string, fault: Fault): void {
  const unseen = unseenCharacter(name);
  if (name === "<<")
    fault(key, "Merge keys (<<) are not supported.", "Repeat the keys, or use an alias for a whole value.");
  else if (name === "__proto__") fault(key, `The key "__proto__" is not allowed.`);
  else if (name.startsWith("//")) fault(key, `${quote(name)} is no comment.`, "Comments begin with #.");
  else if (unseen !== undefined) {
    const hint = "It can't be seen, and was probably copied along: type the key anew.";
    fault(key, `The key "${name.replaceAll(unseen, "")}" has ${characterName(unseen)} in it.`, hint);
  }
}

/** A key that is no text: a template without quotes, a number, true, nothing at all. */
function oddKey({ key, value }: Pair<Node, Node | null>, parent: YAMLMap, source: string, fault: Fault): void {
  const message = "A key must be a plain text.";
  if (!isScalar(key)) {
    const start = parent.range?.[0] ?? 0;
    const isTemplate = source.startsWith("{{", start);
    fault(key ?? parent, message, isTemplate ? "Put quotes around a text that starts with {{." : undefined);
  } else if (key.value === null) fault(atText(key, source), message, "Write the key before the colon.");
  else if (typeof key.value === "number" && (value === null || (isScalar(value) && value.value === null)))
    fault(key, message, "Is it the second half of a number with a comma? Write a decimal point.");
  else fault(key, message, `Put it in quotes: "${String(key.value)}".`);
}

/** An empty key begins where the line does: its place is that of the colon. */
function atText(key: Scalar, source: string): Node {
  const start = key.range?.[0] ?? 0;
  const colon = start + (/^\s*/.exec(source.slice(start))?.[0].length ?? 0);
  return Object.assign(key.clone() as Scalar, { range: [colon, colon + 1, colon + 1] as const });
}

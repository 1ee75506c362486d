/** Words after which something stands that they do not name. */
const before =
  /^(?:.*\b(?:this|that|these|those|the|a|an|my|our|your|its|their|following|of|for|about|to|in|with|from|is|are)\b)\s*/isu;

/** Names that mean something else in a case of the evaluation. */
const taken = new Set(["expected", "item", "sample", "this"]);

/**
 * A name for the column of a gap, from the text before it: `Product name: ` gives product_name, `<text>` gives text.
 * @param whole The name where nothing stands before it.
 */
export function columnName(literal: string, whole: string, used: ReadonlySet<string>): string {
  const name = headed(literal) ?? (literal.trim() === "" ? whole : "value");
  const free = taken.has(name) ? `${name}_text` : name;
  if (!used.has(free)) return free;
  for (let number = 2; ; number++) if (!used.has(`${free}_${number}`)) return `${free}_${number}`;
}

/** What the end of a text names, if it is a heading or a tag. */
function headed(literal: string): string | undefined {
  const tag = /<([\p{L}][\p{L}\p{N}_-]*)>\s*$/u.exec(literal)?.[1];
  if (tag !== undefined) return snake(tag);
  const line = literal.trimEnd().split("\n").at(-1) ?? "";
  const heading = /([\p{L}][\p{L}\p{N} _-]*?)\s*[:=]\s*[\p{Ps}\p{Pi}"'`]*$/u.exec(line)?.[1];
  if (heading !== undefined) return snake(heading.replace(before, "") || heading);
  const quoted = /([\p{L}][\p{L}\p{N}_-]*)\s*[\p{Ps}\p{Pi}"'`]+$/u.exec(line)?.[1];
  return quoted === undefined || before.test(quoted) ? undefined : snake(quoted);
}

/** At most three words, in lower case, with `_` between them; undefined if there is no letter. */
function snake(text: string): string | undefined {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = words.slice(-3).join("_");
  return /^\p{L}/u.test(name) ? name : undefined;
}

import { showCharacter } from "./hidden-characters.ts";

const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const space = /[ \t\r\n]*/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where a text stops being JSON, in UTF-16 units; undefined if it is JSON. `JSON.parse` tells the place only of some faults. */
export function jsonErrorOffset(text: string): number | undefined {
  let at = 0;
  const matches = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  /** Leaves `at` where a text that is not closed, or has a bad escape, begins. */
  const matchesString = (): boolean => {
    const start = at;
    if (text[at] !== '"') return false;
    for (at++; at < text.length; ) {
      const character = text[at] as string; // within the text
      if (character === '"') {
        at++;
        return true;
      }
      if (character < " " || (character === "\\" && !matches(escapeSequence))) break;
      if (character !== "\\") at++;
    }
    at = start;
    return false;
  };
  const skip = (character: string): boolean => {
    matches(space);
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  /** What closes each list and object that is open. */
  const open: ("]" | "}")[] = [];
  const key = (): boolean => {
    matches(space);
    return matchesString() && skip(":");
  };
  let wantsValue = true;
  for (;;) {
    matches(space);
    if (wantsValue) {
      if (skip("[")) {
        if (skip("]")) wantsValue = false;
        else open.push("]");
      } else if (skip("{")) {
        if (skip("}")) wantsValue = false;
        else if (key()) open.push("}");
        else return at;
      } else if (matchesString() || matches(literal)) wantsValue = false;
      else return at;
      continue;
    }
    const closing = open.at(-1);
    if (closing === undefined) return at === text.length ? undefined : at;
    if (skip(",")) {
      if (closing === "}" && !key()) return at;
      wantsValue = true;
    } else if (skip(closing)) open.pop();
    else return at;
  }
}

/**
 * A JSON text that people wrote: a byte order mark is no fault.
 * @throws Error whose message says what is wrong, with line and column.
 */
export function parseJsonText(text: string): unknown {
  const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return JSON.parse(bare);
  } catch (cause) {
    const offset = jsonErrorOffset(bare) ?? bare.length;
    const [character] = bare.slice(offset);
    const before = bare.slice(0, offset).split("\n");
    const place = `in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const reason = character === undefined ? "it ends too early" : `unexpected ${showCharacter(character)}`;
    throw new Error(`not JSON: ${reason} ${place}`, { cause });
  }
}

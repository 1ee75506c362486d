import { type CharacterRange, characterIn, complement, union } from "./characters.ts";
import { choice, literal, nothing, type Rule, sequence } from "./rule.ts";
import { stringRest } from "./string-rule.ts";

const digits: readonly CharacterRange[] = [[0x30, 0x39]];
const wordCharacters: readonly CharacterRange[] = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** What both RE2 and JavaScript take for white space, and what either does. */
const surelySpace: readonly CharacterRange[] = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];
const maybeSpace: readonly CharacterRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  ...[0xa0, 0x1680, 0x202f, 0x205f, 0x3000, 0xfeff].map((code): CharacterRange => [code, code]),
  [0x2000, 0x200a],
  [0x2028, 0x2029],
];
const lineEnds: readonly CharacterRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const controls: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c };

/** As RE2 has it. */
const mostRepeats = 1000;
const any = complement([]);

/**
 * The JSON strings that a regular expression matches, anywhere unless it is anchored. Understood is what RE2 and
 * JavaScript have in common: characters, classes, groups, `|`, `? * + {2,5}`, `^` and `$` at the ends, `\d \w \s`.
 */
export function patternString(source: string): { readonly rule: Rule } | { readonly fault: string } {
  try {
    return { rule: sequence(literal('"'), parse(source)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: error.message };
    throw error;
  }
}

function parse(source: string): Rule {
  const characters = [...source];
  let at = 0;
  const peek = (): string | undefined => characters[at];
  const accept = (character: string): boolean => {
    if (peek() !== character) return false;
    at++;
    return true;
  };
  const fault = (what: string): SyntaxError => new SyntaxError(`${what} in ${JSON.stringify(source)}`);

  const alternative = (): Rule => {
    const parts: Rule[] = [];
    for (let next = peek(); next !== undefined && next !== "|" && next !== ")"; next = peek()) {
      if (next === "$" && isLast()) break;
      parts.push(quantified(atom()));
    }
    return sequence(...parts);
  };

  /** Whether the `$` here ends the whole, or an alternative that is not in a group. */
  const isLast = (): boolean => depth === 0 && (at + 1 === characters.length || characters[at + 1] === "|");
  let depth = 0;

  const whole = (): Rule => {
    const options: Rule[] = [];
    do {
      const before = accept("^") ? nothing : repeat(characterIn(any), 0, Number.POSITIVE_INFINITY);
      const body = alternative();
      const after = accept("$") ? literal('"') : stringRest();
      options.push(sequence(before, body, after));
    } while (accept("|"));
    if (peek() === ")") throw fault('")" without "("');
    return choice(...options);
  };

  const group = (): Rule => {
    if (accept("?") && !accept(":")) throw fault('a group with "(?"');
    depth++;
    const options = [alternative()];
    while (accept("|")) options.push(alternative());
    if (!accept(")")) throw fault('"(" without ")"');
    depth--;
    return choice(...options);
  };

  const atom = (): Rule => {
    const character = characters[at++] as string; // the caller has seen it
    if (character === "(") return group();
    if (character === "[") return oneOf(characterClass());
    if (character === ".") return oneOf(complement(lineEnds));
    if (character === "\\") return oneOf(escaped());
    if ("^$?*+{}]".includes(character)) throw fault(`"${character}" at a place where it is not supported,`);
    return oneOf([rangeOf(character)]);
  };

  const quantified = (rule: Rule): Rule => {
    const [minimum, maximum] = quantifier();
    if (minimum === 1 && maximum === 1) return rule;
    accept("?"); // a lazy quantifier matches the same texts
    if (["?", "*", "+", "{"].includes(peek() ?? "")) throw fault("a repeated quantifier");
    return repeat(rule, minimum, maximum);
  };

  const quantifier = (): readonly [number, number] => {
    if (accept("?")) return [0, 1];
    if (accept("*")) return [0, Number.POSITIVE_INFINITY];
    if (accept("+")) return [1, Number.POSITIVE_INFINITY];
    if (peek() !== "{") return [1, 1];
    const [text, low = "", comma, high = ""] = /^\{(\d+)(,?)(\d*)\}/.exec(characters.slice(at).join("")) ?? [];
    if (text === undefined) throw fault('"{" that is no quantifier');
    at += text.length;
    const minimum = Number(low);
    const maximum = comma === "" ? minimum : high === "" ? Number.POSITIVE_INFINITY : Number(high);
    if (minimum > maximum || minimum > mostRepeats || (maximum > mostRepeats && high !== "")) throw fault(`"${text}"`);
    return [minimum, maximum];
  };

  /** After a backslash. */
  const escaped = (negated = false): readonly CharacterRange[] => {
    const character = characters[at++];
    if (character === undefined) throw fault('"\\" at the end');
    if (character === "d") return digits;
    if (character === "D") return complement(digits);
    if (character === "w") return wordCharacters;
    if (character === "W") return complement(wordCharacters);
    // Of a negated class the complement is taken afterwards.
    if (character === "s") return negated ? maybeSpace : surelySpace;
    if (character === "S") return complement(negated ? surelySpace : maybeSpace);
    const control = Object.hasOwn(controls, character) ? controls[character] : undefined;
    if (control !== undefined) return [[control, control]];
    if (/[0-9A-Za-z]/.test(character)) throw fault(`"\\${character}"`);
    return [rangeOf(character)];
  };

  const characterClass = (): readonly CharacterRange[] => {
    const negated = accept("^");
    const ranges: CharacterRange[] = [];
    do {
      const character = characters[at++];
      if (character === undefined) throw fault('"[" without "]"');
      if (character === "[") throw fault('"[" inside a class');
      const low = character === "\\" ? escaped(negated) : [rangeOf(character)];
      const isRange = peek() === "-" && characters[at + 1] !== "]" && characters[at + 1] !== undefined;
      if (!isRange) {
        ranges.push(...low);
        continue;
      }
      at++;
      const end = characters[at++] as string; // seen above
      const high = end === "\\" ? escaped() : [rangeOf(end)];
      const [from, to] = [single(low), single(high)];
      if (from === undefined || to === undefined || from > to) throw fault("a range");
      ranges.push([from, to]);
    } while (!accept("]"));
    return negated ? complement(ranges) : union(ranges);
  };

  const oneOf = (ranges: readonly CharacterRange[]): Rule => {
    // Surrogates, which a range can contain, are no characters.
    const set = complement(complement(ranges));
    return set.length === 0 ? choice() : characterIn(set);
  };

  return whole();
}

const repeat = (rule: Rule, minimum: number, maximum: number): Rule => ({ kind: "repeat", rule, minimum, maximum });

function rangeOf(character: string): CharacterRange {
  const code = character.codePointAt(0) as number; // one character
  return [code, code];
}

/** The only character of a set. */
function single([range, ...others]: readonly CharacterRange[]): number | undefined {
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : undefined;
}

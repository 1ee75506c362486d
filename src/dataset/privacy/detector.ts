/** Where a text holds what should not leave the house. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** In words, never the value: "an e-mail address". */
  readonly what: string;
  /** What stands in its place where it is redacted. */
  readonly placeholder: string;
}

/** A kind of secret or personal data: one file in this folder and one line in `index.ts`. */
export interface Detector {
  readonly kind: "secrets" | "personal";
  /** One line for docs. */
  readonly summary: string;
  /** All that a text holds, in any order; a promise only where a text is suspicious enough for a closer look. */
  find(text: string): readonly Finding[] | Promise<readonly Finding[]>;
  /**
   * Whether a text in which there is something to find could stand in a line of JSON: a quick look at bytes, which most
   * lines pass, so that their texts need never be made. Right only if false.
   * @param line UTF-8.
   */
  suspects(line: Uint8Array): boolean;
}

/**
 * Whether so many digits stand close together somewhere, as in a number that people write in groups: with no more than
 * three of the signs `. / ( ) -` and spaces between two of them.
 */
export function hasDigitsTogether(line: Uint8Array, wanted: number): boolean {
  let digits = 0;
  let signs = 0;
  for (let index = 0; index < line.length; index++) {
    const kind = kinds[line[index] as number];
    if (kind === 0) digits = 0;
    else if (kind === digit) {
      signs = 0;
      if (++digits === wanted) return true;
    } else if (++signs > 3) digits = 0;
  }
  return false;
}

const digit = 1;
const sign = 2;
const kinds = new Uint8Array(256);
for (const one of "0123456789") kinds[one.charCodeAt(0)] = digit;
for (const one of " ./()-") kinds[one.charCodeAt(0)] = sign;

/** The matches of a global pattern that a check confirms. */
export function matchesOf(
  text: string,
  pattern: RegExp,
  { what, placeholder }: Pick<Finding, "what" | "placeholder">,
  confirm: (match: string) => boolean = () => true,
): readonly Finding[] {
  return [...text.matchAll(pattern)]
    .filter(([match]) => confirm(match))
    .map(({ 0: match, index }) => ({ start: index, end: index + match.length, what, placeholder }));
}

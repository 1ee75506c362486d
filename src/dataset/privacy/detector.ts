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
}

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

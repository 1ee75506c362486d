/** By code point: what people call them. */
const names: Readonly<Record<number, string>> = {
  0: "NUL",
  7: "bell",
  8: "backspace",
  9: "tab",
  10: "line feed",
  11: "vertical tab",
  12: "form feed",
  13: "carriage return",
  27: "escape",
  160: "no-break space",
  173: "soft hyphen",
  8203: "zero width space",
  8206: "left-to-right mark",
  8207: "right-to-left mark",
  8239: "narrow no-break space",
  8288: "word joiner",
  65279: "byte order mark",
};

/**
 * Characters without a width. Not among them are those that join letters and emoji (U+200C, U+200D, variation
 * selectors), which belong to the texts of many languages.
 */
const unseen = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
const oddSpace = /[\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;
const hidden = new RegExp(`${unseen.source}|${oddSpace.source}`, "u");

/** `U+200B (zero width space)` */
export function characterName(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const name = names[point] ?? (point < 0x20 || (point >= 0x7f && point < 0xa0) ? "control character" : undefined);
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}${name === undefined ? "" : ` (${name})`}`;
}

/** A character as a message shows it: in quotes, or by its name where it can't be seen. */
export function showCharacter(character: string): string {
  return /\p{C}|\p{Z}/u.test(character) ? characterName(character) : `"${character}"`;
}

/** The first character of a text that has no width. */
export function unseenCharacter(text: string): string | undefined {
  return unseen.exec(text)?.[0];
}

/** The first character of a text that has no width, or that looks like a space and is none. */
export function hiddenCharacter(text: string): string | undefined {
  return hidden.exec(text)?.[0];
}

/** How a word differs from another that looks the same, in a sentence; undefined if people can tell them apart. */
export function hiddenDifference(word: string, other: string): string | undefined {
  if (word === other || appearance(word) !== appearance(other)) return undefined;
  for (const [text, beside] of [
    [other, word],
    [word, other],
  ] as const) {
    const character = Array.from(text).find((one) => hidden.test(one) && !beside.includes(one));
    if (character !== undefined) return `They look the same, but "${text}" has ${characterName(character)} in it.`;
  }
  if (word.trim() !== word || other.trim() !== other) return "They differ by white space at an end.";
  const marks = new Set(Array.from(other.normalize("NFD")).filter((character) => /\p{M}/u.test(character)));
  return marks.size === 0
    ? "They look the same and are not: copy one from the other."
    : `They look the same, but one has its accents as characters of their own (${[...marks].map(characterName).join(", ")}): write both alike.`;
}

function appearance(text: string): string {
  const visible = text.replaceAll(new RegExp(unseen, "gu"), "").replaceAll(new RegExp(oddSpace, "gu"), " ");
  return visible.trim().normalize("NFC");
}

/** Longest run of characters that becomes one piece: it keeps merging linear in the text. */
const longest = 24;

// Fixed ranges, not Unicode's properties, so that the cut is the same whatever version of Unicode Node knows.
const capital = "A-Z\\u{c0}-\\u{d6}\\u{d8}-\\u{de}";
/** Punctuation, currencies, arrows, dingbats, emoji with their joiners. */
const symbol = [
  "!-/:-@\\[-`\\{-~\\u{80}-\\u{bf}\\u{d7}\\u{f7}\\u{2000}-\\u{206f}\\u{20a0}-\\u{20cf}\\u{2190}-\\u{2bff}",
  "\\u{3000}-\\u{303f}\\u{fe00}-\\u{fe0f}\\u{1f000}-\\u{1faff}",
].join("");
/** Any other character that is not ASCII is a letter, as are a to z. */
const small = `[^\\0-\`\\{-\\x7f${capital}${symbol}]`;
const digit = "[0-9]";

/** A run of capitals, maybe in the plural, or a word with at most its first letter a capital. */
const word = `(?:[${capital}]{1,${longest}}s?(?!${small})|[${capital}]?${small}{1,${longest}})`;

/** First group: words and digits as they stand in a text. Second: such that lack the space before them. */
const piece = new RegExp(
  [
    `( (?:${word}|${digit})|(?<=${digit})${digit}|(?<=${small})['\u2019](?:s|t|d|m|re|ve|ll)(?!${small}))`,
    `(${word}|${digit})`,
    ` ?[${symbol}]{1,${longest}}`,
    `[\\r\\n]{1,${longest}}`,
    ` {1,${longest}}(?= )`,
    "[\\s\\S]",
  ].join("|"),
  "gu",
);

/** Stands for a joiner at the end of a piece: half of a surrogate pair, which no well-formed text has. */
export const joinerMark = "\ud800";

/**
 * Cuts a text into the pieces inside which tokens are merged: a word, the first digit of a number, each further
 * digit, an English contraction (`'s`), a run of punctuation, of line ends or of spaces, any other character alone.
 * A word or number stands with the space before it; where the text has none, a joiner at the end of the piece
 * before, or between two words a joiner alone, says so. Capitals inside a word begin another word.
 */
export function splitPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let afterWord = true;
  for (const match of text.toWellFormed().matchAll(piece)) {
    const bare = match[2] !== undefined;
    if (bare && afterWord) pieces.push(joinerMark);
    else if (bare) pieces.push(`${pieces.pop()}${joinerMark}`);
    pieces.push(bare ? ` ${match[0]}` : match[0]);
    afterWord = bare || match[1] !== undefined;
  }
  return pieces;
}

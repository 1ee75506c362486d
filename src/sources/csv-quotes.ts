/**
 * Where the quote opens that a CSV parser found no good end for; it knows only where it gave up.
 * @param from The line where the record begins, from 1. @param to The last line to read.
 * @returns Line and column (from 1, in characters) of the last quote that opened a cell and was still open, or opened last, up to there.
 */
export async function openQuote(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter, from, to }: { delimiter: string; from: number; to: number },
): Promise<{ line: number; column: number } | undefined> {
  const decoder = new TextDecoder();
  let line = 1;
  let column = 0;
  let quoted = false;
  let atCellStart = true;
  let opened: { line: number; column: number } | undefined;
  let before = "";
  for await (const chunk of chunks) {
    for (const character of decoder.decode(chunk, { stream: true })) {
      // LF, CRLF and CR end a line; of CRLF the CR does.
      const isSecondOfPair = character === "\n" && before === "\r";
      before = character;
      if (isSecondOfPair) continue;
      column += character.length;
      if (line >= from && character === '"') {
        // A doubled quote closes and opens at once, which leaves the cell open where it was.
        if (quoted) quoted = false;
        else if (atCellStart) {
          quoted = true;
          opened = { line, column };
        } else if (opened !== undefined) quoted = true;
      }
      if (line >= from) atCellStart = !quoted && (character === delimiter || character === "\n" || character === "\r");
      if (character === "\n" || character === "\r") {
        if (++line > to) return opened;
        column = 0;
      }
    }
  }
  return opened;
}

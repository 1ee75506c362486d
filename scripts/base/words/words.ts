/** Splits a block of text into its words; any run of white space separates them. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Splits a block of text into its trimmed, non-empty lines: for names and sentences that hold spaces. */
export function lines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Splits a block of text at commas and line ends: for names of several words. */
export function phrases(text: string): readonly string[] {
  return lines(text.replaceAll(",", "\n"));
}

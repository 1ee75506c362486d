import type { Answer } from "./task.ts";

/** Runs of letters and digits, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Whether a text holds a phrase that neither begins nor ends inside a word. Letters must be in the same case. */
export function holdsPhrase(text: string, phrase: string): boolean {
  const inWord = /[\p{L}\p{N}]/u;
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    if (!inWord.test(text[at - 1] ?? "") && !inWord.test(text[at + phrase.length] ?? "")) return true;
  }
  return false;
}

const gram = 4;
const repeats = 4;

/** Whether some four words come in the same order four times: the sign of a model that has run into a loop. */
export function loops(text: string): boolean {
  const words = wordsOf(text);
  const seen = new Map<string, number>();
  for (let at = 0; at + gram <= words.length; at++) {
    const key = words.slice(at, at + gram).join(" ");
    const count = (seen.get(key) ?? 0) + 1;
    if (count === repeats) return true;
    seen.set(key, count);
  }
  return false;
}

/** Share of the answers that are right, 0 to 100. */
export function percent(answers: readonly Answer[], isRight: (answer: Answer) => boolean): number {
  return (100 * answers.filter(isRight).length) / answers.length;
}

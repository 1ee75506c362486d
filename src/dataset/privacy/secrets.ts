import { findSecrets } from "../../core/secret.ts";
import type { Detector, Finding } from "./detector.ts";

const placeholder = "[secret]";

/**
 * The rules take a tenth of a millisecond a text, too long for a million of them. All they find holds a long run of
 * letters and digits, a password in an address, or one of a few words: only such texts are shown to them.
 */
const suspicious = /[\w+/=.~-]{20,}|:\/\/[^\s/]*@|_authToken|PRIVATE KEY|account_?-?id/i;

let lint: Promise<(text: string) => Promise<readonly Finding[]>> | undefined;

export const secrets: Detector = {
  kind: "secrets",
  summary: "Keys, tokens, passwords in addresses and private keys, by secretlint's recommended rules.",
  find(text) {
    if (!suspicious.test(text)) return [];
    lint ??= loadLint();
    const own = findSecrets(text).map((found) => ({ ...found, placeholder }));
    return lint.then(async (run) => [...own, ...(await run(text))]);
  },
  suspects: isSuspicious,
};

const longRun = 20;
const isInRun = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) isInRun[byte] = /[\w+/=.~-]/.test(String.fromCharCode(byte)) ? 1 : 0;

/** `suspicious`, of bytes: in JSON every sign of it is written as it is. */
function isSuspicious(line: Uint8Array): boolean {
  if (hasLongRun(line) || holdsWord(line)) return true;
  const at = line.lastIndexOf(0x40);
  return at > 0 && Buffer.from(line.buffer, line.byteOffset, at).includes("://");
}

/** Every long run lies on one of the bytes that are `longRun` apart: the others are looked at only around those. */
function hasLongRun(line: Uint8Array): boolean {
  for (let middle = longRun - 1; middle < line.length; middle += longRun) {
    if (isInRun[line[middle] as number] === 0) continue;
    let from = middle;
    while (from > 0 && isInRun[line[from - 1] as number] === 1) from--;
    let to = middle + 1;
    while (to < line.length && to - from < longRun && isInRun[line[to] as number] === 1) to++;
    if (to - from >= longRun) return true;
  }
  return false;
}

/** The words of `suspicious`, in small letters, cut to the length of the shortest. */
const words = ["_authtoke", "private k", "accountid", "account_i", "account-i", "account_-"];
const wordLength = 9;

/** The same for a small letter and its capital one. */
const pairOf = (first: number, second: number): number => ((first & 0x1f) << 5) | (second & 0x1f);

/** By pair of bytes, how far before the end of a word it stands at most: so far the search may go on. */
const shifts = new Uint8Array(1 << 10).fill(wordLength - 1);
for (const word of words) {
  for (let end = 1; end < wordLength; end++) {
    const pair = pairOf(word.charCodeAt(end - 1), word.charCodeAt(end));
    shifts[pair] = Math.min(shifts[pair] as number, wordLength - 1 - end);
  }
}

/** Whether one of the words is there, whatever its letters' case: the search of Wu and Manber (1994), by pairs. */
function holdsWord(line: Uint8Array): boolean {
  let end = wordLength - 1;
  while (end < line.length) {
    const shift = shifts[pairOf(line[end - 1] as number, line[end] as number)] as number;
    if (shift === 0 && words.some((word) => isWordAt(line, end + 1 - wordLength, word))) return true;
    end += Math.max(1, shift);
  }
  return false;
}

function isWordAt(line: Uint8Array, from: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const byte = line[from + index] as number;
    const small = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    if (small !== word.charCodeAt(index)) return false;
  }
  return true;
}

/** What a rule of secretlint asks of its surroundings. */
interface RuleContext {
  readonly sharedOptions: object;
  createTranslator(): (messageId: string) => { readonly messageId: string; readonly message: string };
  report(found: { readonly range: readonly [start: number, end: number] }): void;
  ignore(): void;
}

interface LintRule {
  readonly meta: { readonly id: string };
  create(context: RuleContext, options: object): { file?(source: object): void | Promise<void> };
}

/** Comments in the text that would turn rules off: somebody's data must not. */
const comments = "@secretlint/secretlint-rule-filter-comments";

/**
 * Runs the rules themselves: secretlint's own runner keeps a mark of every text in a list that it searches for the
 * next one, so that a thousand texts take a minute.
 */
async function loadLint(): Promise<(text: string) => Promise<readonly Finding[]>> {
  const preset = await import("@secretlint/secretlint-rule-preset-recommend");
  const rules = (preset.rules as unknown as readonly LintRule[]).filter(({ meta }) => meta.id !== comments);
  return async (content) => {
    const source = { content, filePath: "/message.txt", ext: ".txt", contentType: "text", hasBOM: false };
    const findings: Finding[] = [];
    for (const rule of rules) {
      const what = `a secret (${rule.meta.id.replace(/^.*secretlint-rule-/, "")})`;
      const context: RuleContext = {
        sharedOptions: {},
        // Its own message would show the value.
        createTranslator: () => (messageId) => ({ messageId, message: messageId }),
        report: ({ range: [start, end] }) => void findings.push({ start, end, what, placeholder }),
        ignore: () => {},
      };
      await rule.create(context, {}).file?.(source);
    }
    return findings;
  };
}

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
};

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

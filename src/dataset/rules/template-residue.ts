import { quote } from "../../core/quote.ts";
import { defineRule, eachMessage } from "./rule.ts";

/** What a template or an export leaves behind when a value was missing; none of it belongs into prose by chance. */
const residues: readonly RegExp[] = [
  /\{\{[^{}]*\}\}|\{\{|\}\}/,
  /\$\{[^{}]*\}/,
  /<%.*?%>/,
  /\[object \w+\]/,
  /(?<![\w.`"'-])(?:undefined|NaN)(?![\w`"'-])/,
  /\[(?:name|(?:your|insert|enter|customer|company|product|first|last|full|user)[ _-][\w -]{1,30})\]/i,
  /<(?:your|insert|customer|company|product|first|last|user)[ _-][\w -]{1,30}>/i,
  /\b(?:lorem ipsum|foo bar|john doe|jane doe)\b/i,
  /\b(?:TODO|FIXME|TBD|XXX+)\b/,
];

export const templateResidue = defineRule({
  type: "template_residue",
  bothAnswers: true,
  summary:
    "No message holds what an unfilled template leaves behind: {{…}}, ${…}, undefined, NaN, [object Object], [Your Name], lorem ipsum, TODO and the like.",
  options: { type: "object", properties: {} },
  prepare: () =>
    eachMessage(({ role, content }) => {
      for (const residue of residues) {
        const [found] = residue.exec(content) ?? [];
        if (found !== undefined) return `The ${role}'s message holds what a template leaves behind: ${quote(found)}.`;
      }
      return undefined;
    }),
});

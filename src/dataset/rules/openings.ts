import { quote } from "../../core/quote.ts";
import { defineSetRule, setCheck, shareOf, shareOption, showShare } from "./rule.ts";

/** Openings that are counted at a time; when there are more, those met once are forgotten. */
const mostKept = 100_000;

export const openings = defineSetRule({
  type: "openings",
  summary: "Not too many messages (default: the assistant's) begin with the same words.",
  over: "set",
  drops: false,
  defaultRole: "assistant",
  options: {
    type: "object",
    properties: {
      words: { type: "integer", minimum: 1, maximum: 50, default: 5, description: "How many words are compared." },
      maximum: {
        ...shareOption,
        default: "20%",
        description: "Greatest share of the examples that may begin alike; the most frequent openings are told.",
      },
    },
  },
  prepare: ({ words, maximum }) =>
    setCheck<string>({
      note: (messages) => openingOf(messages.at(-1)?.content ?? "", words),
      gather() {
        const counts = new Map<string, number>();
        let examples = 0;
        return {
          add(opening) {
            examples++;
            counts.set(opening, (counts.get(opening) ?? 0) + 1);
            if (counts.size > mostKept) for (const [known, count] of counts) if (count === 1) counts.delete(known);
            return undefined;
          },
          end: () =>
            [...counts]
              .filter(([, count]) => count > 1 && count / examples > shareOf(maximum))
              .sort(([, a], [, b]) => b - a)
              .slice(0, 5)
              .map(([opening, count]) => {
                const share = showShare(count / examples);
                return `${share} of the examples begin with ${quote(opening)}, more than ${maximum.replace("%", " %")}.`;
              }),
        };
      },
    }),
});

function openingOf(text: string, words: number): string | undefined {
  const found = text.trim().split(/\s+/, words).join(" ").toLowerCase();
  return found === "" ? undefined : found.slice(0, 200);
}

import { defineSetRule, setCheck } from "./rule.ts";
import { countWords } from "./words.ts";

export const lengthProfile = defineSetRule({
  type: "length_profile",
  summary:
    "No message (default: the assistant's) is very much longer than most: the longest is at most so many times the median, in words.",
  over: "set",
  drops: false,
  defaultRole: "assistant",
  options: {
    type: "object",
    properties: {
      times: { type: "number", minimum: 1, default: 10, description: "How many times the median is allowed." },
    },
  },
  prepare: ({ times }) =>
    setCheck<number>({
      note: (messages) =>
        messages.length === 0 ? undefined : Math.max(...messages.map(({ content }) => countWords(content))),
      gather() {
        /** How many examples have so many words: as many numbers as there are lengths, however many examples. */
        const counts = new Map<number, number>();
        let longest = { words: 0, place: 0 };
        let examples = 0;
        return {
          add(words, place) {
            examples++;
            counts.set(words, (counts.get(words) ?? 0) + 1);
            if (words > longest.words) longest = { words, place };
            return undefined;
          },
          end(told) {
            const sorted = [...counts].sort(([a], [b]) => a - b);
            const at = (share: number): number => {
              let left = Math.ceil(share * examples);
              for (const [words, count] of sorted) {
                left -= count;
                if (left <= 0) return words;
              }
              return 0;
            };
            const median = at(0.5);
            if (examples === 0 || longest.words <= times * Math.max(median, 1)) return [];
            return [
              `The longest has ${longest.words} words, at ${told(longest.place)}; one in two has at most ${median}, 95 % at most ${at(0.95)}.`,
            ];
          },
        };
      },
    }),
});

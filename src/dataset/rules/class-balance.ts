import { quote } from "../../core/quote.ts";
import { defineSetRule, setCheck, shareOf, shareOption, showShare } from "./rule.ts";

/** With more different answers they are no classes. */
const mostClasses = 100;
const longestClass = 100;

export const classBalance = defineSetRule({
  type: "class_balance",
  summary: "Of the different answers (the classes of a classification) none is too rare, none too frequent.",
  over: "set",
  drops: false,
  defaultRole: "assistant",
  options: {
    type: "object",
    properties: {
      minimum: { ...shareOption, default: "2%", description: "Least share of the examples that each class has." },
      maximum: { ...shareOption, default: "80%", description: "Greatest share of the examples that one class has." },
    },
  },
  invalid: ({ minimum = "2%", maximum = "80%" }) =>
    shareOf(minimum) > shareOf(maximum) ? `minimum (${minimum}) is above maximum (${maximum}).` : undefined,
  prepare: ({ minimum, maximum }) =>
    setCheck<string>({
      note: (messages) => messages.at(-1)?.content.slice(0, longestClass + 1),
      gather() {
        const counts = new Map<string, number>();
        let examples = 0;
        return {
          add(answer) {
            examples++;
            if (counts.has(answer) || counts.size <= mostClasses) counts.set(answer, (counts.get(answer) ?? 0) + 1);
            return undefined;
          },
          end() {
            if (examples === 0) return [];
            if (counts.size > mostClasses || [...counts.keys()].some((answer) => answer.length > longestClass)) {
              return [`The answers are no classes: more than ${mostClasses} differ, or some are long.`];
            }
            return [...counts].flatMap(([answer, count]) => {
              const share = count / examples;
              const told = `${quote(answer)} is the answer of ${showShare(share)} of the examples`;
              if (share < shareOf(minimum)) return [`${told}, less than ${minimum.replace("%", " %")}.`];
              return share > shareOf(maximum) ? [`${told}, more than ${maximum.replace("%", " %")}.`] : [];
            });
          },
        };
      },
    }),
});

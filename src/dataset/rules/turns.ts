import { plural } from "../../core/units.ts";
import { defineRule } from "./rule.ts";

export const turns = defineRule({
  type: "turns",
  wholeChats: true,
  summary: "Each example has so many turns: answers of the assistant, those of weight 0 among them.",
  options: {
    type: "object",
    properties: {
      minimum: { type: "integer", minimum: 1, default: 1, description: "Fewest turns." },
      maximum: { type: "integer", minimum: 1, description: "Most turns. Default: no limit." },
    },
  },
  invalid: ({ minimum = 1, maximum = minimum }) =>
    maximum < minimum ? `maximum (${maximum}) is below minimum (${minimum}).` : undefined,
  prepare: ({ minimum, maximum = Number.POSITIVE_INFINITY }) => {
    return (messages) => {
      const count = messages.filter(({ role }) => role === "assistant").length;
      if (messages.length === 0 || (count >= minimum && count <= maximum)) return undefined;
      const limit = count < minimum ? `fewer than ${minimum}` : `more than ${maximum}`;
      return `The example has ${plural(count, "turn")}, ${limit}.`;
    };
  },
});

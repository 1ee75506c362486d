import { defineAssertion } from "./assertion.ts";

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function boundsOf(value: unknown): Bounds {
  if (typeof value === "number") return { min: value, max: value };
  const { min = 0, max = Number.POSITIVE_INFINITY } = value as Partial<Bounds>;
  return { min, max };
}

function inWords({ min, max }: Bounds): string {
  if (min === max) return `${min}`;
  if (max === Number.POSITIVE_INFINITY) return `at least ${min}`;
  return min === 0 ? `at most ${max}` : `${min} to ${max}`;
}

/** Words are what stands between white space. Bounds are inclusive. */
export const wordCount = defineAssertion({
  type: "word-count",
  summary: "The answer has that many words: exactly, or from `min` to `max`.",
  options: {
    type: "object",
    required: ["value"],
    properties: {
      value: {
        type: ["integer", "object"],
        minimum: 1,
        additionalProperties: false,
        minProperties: 1,
        properties: { min: { type: "integer", minimum: 1 }, max: { type: "integer", minimum: 1 } },
        description: "A number of words, or { min, max }, both inclusive, either of them alone too.",
      },
    },
  },
  invalid({ value }) {
    const { min, max } = boundsOf(value);
    return min > max ? `\`min\` (${min}) is greater than \`max\` (${max}).` : undefined;
  },
  score(output, { value }) {
    const bounds = boundsOf(value);
    const count = output.split(/\s+/).filter((word) => word !== "").length;
    const pass = count >= bounds.min && count <= bounds.max;
    const words = `${count} ${count === 1 ? "word" : "words"}`;
    return { pass, score: pass ? 1 : 0, reason: `The answer has ${words}; asked for: ${inWords(bounds)}.` };
  },
});

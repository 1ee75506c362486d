import { expect, test } from "vitest";
import { FtpipeError } from "../../../../src/core/errors.ts";
import { compileJsonSchema } from "../../../../src/core/json-schema.ts";
import { createConstraint } from "../../../../src/engine/constrain/constraint.ts";
import { createRandom } from "../../../../src/engine/random.ts";
import { randomSchema } from "./random-schema.ts";
import { jsonSchema, plainBytes, walk, withMerges } from "./rig.ts";

/** The least budget that is not refused. */
function leastBudget(schema: Readonly<Record<string, unknown>>, tokenizer: typeof withMerges): number {
  try {
    createConstraint(jsonSchema(schema), tokenizer, { budget: 0, prompt: [] });
  } catch (error) {
    if (error instanceof FtpipeError) return Number(/takes (\d+) tokens/.exec(error.message)?.[1]);
    throw error;
  }
  throw new Error("an empty text is no value");
}

test.each([withMerges, plainBytes])(
  "whatever a model likes, with $name it writes a value that meets the schema",
  (tokenizer) => {
    const random = createRandom(3);
    for (let round = 0; round < 100; round++) {
      const schema = randomSchema(random);
      const check = compileJsonSchema(schema);
      const least = leastBudget(schema, tokenizer);
      for (const budget of [least, least + 1, least + random.below(12), least + 60]) {
        const { text, tokens, status } = walk({ format: jsonSchema(schema), tokenizer, budget, random });
        const seen = `${JSON.stringify(schema)} within ${budget}: ${text}`;
        expect(status, seen).not.toBe("open");
        expect(tokens.length).toBeLessThanOrEqual(budget);
        expect(() => JSON.parse(text), seen).not.toThrow();
        expect(check(JSON.parse(text)), seen).toEqual([]);
      }
    }
  },
);

import type { RandomStream } from "../../../../src/engine/random.ts";

type Schema = Readonly<Record<string, unknown>>;

const names = ["name", "city", "a", "ab", 'b"c', "größe", "x/y", "note 1", "_", "🎉"];
const words = ["low", "normal", "high", "Anna Smith", "é", 'a"b', "line\nend", ""];

const tree: Schema = {
  type: "object",
  properties: {
    v: { type: "integer" },
    left: { $ref: "#/$defs/tree" },
    right: { anyOf: [{ type: "null" }, { $ref: "#/$defs/tree" }] },
  },
  required: ["v", "right"],
  additionalProperties: false,
};

/** A schema of the supported keywords that some value meets, up to three levels deep, and deeper by reference. */
export function randomSchema(random: RandomStream): Schema {
  return { ...randomPart(random, 3), $defs: { tree } };
}

function randomPart(random: RandomStream, depth: number): Schema {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const chance = (share: number): boolean => random.next() < share;
  const child = (): Schema | boolean => (chance(0.1) ? true : randomPart(random, depth - 1));
  const flat = [
    (): Schema => ({ type: "string", ...(chance(0.3) ? { minLength: random.below(5) } : {}) }),
    (): Schema => ({ type: "string", maxLength: random.below(6) }),
    (): Schema => ({ enum: [...new Set([pick(words), pick(words), pick(words)])] }),
    (): Schema => ({ const: pick<unknown>([...words, 1.5, null, [1, "a"], { b: 1, a: [] }]) }),
    (): Schema => ({ type: pick(["boolean", "null", "number", "integer"]) }),
    (): Schema => {
      const low = random.below(400) - 200;
      return { type: "integer", minimum: low, maximum: low + random.below(300) };
    },
    (): Schema => ({ type: "number", exclusiveMinimum: -0.5, maximum: random.below(5) / 4 }),
    (): Schema => ({ type: "number", minimum: random.below(2000) / 1000, exclusiveMaximum: 2 + random.below(3) }),
    (): Schema => ({ type: ["string", "integer"], nullable: true, minimum: 5, maxLength: 4 }),
    (): Schema => ({
      type: "string",
      pattern: pick(["^[A-Z]{2}-\\d{1,3}$", "a+b", '^(?:é|🎉|")+$', "^\\s*[^\\w\\s]", "x$|^y"]),
    }),
  ];
  const nested = [
    (): Schema => {
      const minItems = random.below(3);
      return {
        type: "array",
        items: child(),
        ...(chance(0.6) ? { minItems, maxItems: minItems + random.below(3) } : {}),
      };
    },
    (): Schema => {
      const properties = Object.fromEntries(
        [...new Set([pick(names), pick(names), pick(names)])].map((name) => [name, child()]),
      );
      const required = Object.keys(properties).filter(() => chance(0.5));
      const extra = pick([
        {},
        { additionalProperties: false },
        { additionalProperties: true },
        { additionalProperties: child() },
      ]);
      return { type: "object", properties, required, ...extra };
    },
    (): Schema => ({ type: "object", required: ["need"] }),
    (): Schema => ({ anyOf: [child(), child()] }),
    (): Schema => ({ $ref: "#/$defs/tree" }),
    (): Schema => ({ oneOf: [{ type: "string" }, { type: "array", items: child() }, { type: "null" }] }),
    (): Schema => ({ allOf: [randomPart(random, depth - 1)], description: "one" }),
  ];
  return pick(depth > 0 && chance(0.75) ? nested : flat)();
}

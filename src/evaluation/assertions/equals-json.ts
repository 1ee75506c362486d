import { defineAssertion } from "./assertion.ts";
import { parseJson, sameJson } from "./json.ts";
import { quote, quoteAll } from "./text.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The value that is meant: a text is JSON itself, anything else what it says. Undefined if it is a text that is none. */
function meant(value: unknown): { readonly value: unknown } | undefined {
  return typeof value === "string" ? parseJson(value) : { value };
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Not one of promptfoo's, whose users write such a comparison in JavaScript. Spaces and the order of keys don't count. */
export const equalsJson = defineAssertion({
  type: "equals-json",
  summary:
    "The whole answer is JSON and equal to the value, or so are some of its fields; the order of keys does not count.",
  valueIsExpected: true,
  options: {
    type: "object",
    properties: {
      value: {
        type: ["string", "number", "boolean", "object", "array"],
        description: "What the answer must be: JSON as a text, or a value; default: {{expected}}. A template.",
      },
      fields: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        uniqueItems: true,
        description: "Compare these fields of the object only; default: everything.",
      },
    },
  },
  invalid({ value, fields = [] }) {
    const expected = meant(value);
    if (expected === undefined) return `the value is no JSON: ${quote(value as string)}.`;
    const missing = fields.filter((field) => !Object.hasOwn(fieldsOf(expected.value) ?? {}, field));
    return missing.length === 0 ? undefined : `the value has no field ${quoteAll(missing)}.`;
  },
  score(output, { value, fields }) {
    const expected = meant(value)?.value;
    const parsed = parseJson(output);
    if (parsed === undefined) return { pass: false, score: 0, reason: "The answer is not JSON." };
    const [left, right] = [fieldsOf(expected), fieldsOf(parsed.value)];
    if (left === undefined || right === undefined) {
      const pass = fields === undefined && sameJson(expected, parsed.value);
      const reason = `The answer is ${pass ? "" : "not "}the JSON ${quote(JSON.stringify(expected))}.`;
      return { pass, score: pass ? 1 : 0, reason };
    }
    const names = fields ?? [...new Set([...Object.keys(left), ...Object.keys(right)])];
    const wrong = names.filter((name) => !sameField(left, right, name));
    if (wrong.length === 0) return { pass: true, score: 1, reason: "The answer's JSON is as expected." };
    const told = wrong.map((name) => `${name} is ${textOf(right, name)}, not ${textOf(left, name)}`);
    return { pass: false, score: 0, reason: `In the answer's JSON, ${told.join("; ")}.` };
  },
});

function sameField(left: Fields, right: Fields, name: string): boolean {
  return Object.hasOwn(left, name) && Object.hasOwn(right, name) && sameJson(left[name], right[name]);
}

function textOf(fields: Fields, name: string): string {
  if (!Object.hasOwn(fields, name)) return "missing";
  const text = JSON.stringify(fields[name]);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

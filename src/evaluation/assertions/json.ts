import { compileJsonSchema, type JsonSchemaCheck } from "../../core/json-schema.ts";

/** A text as JSON; undefined if it is none. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether two JSON values are equal, in whatever order their keys are. Recurses no deeper than `expected`. */
export function sameJson(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return expected === actual;
  if (typeof actual !== "object" || actual === null) return false;
  if (Array.isArray(expected) || Array.isArray(actual)) {
    return (
      Array.isArray(expected) &&
      Array.isArray(actual) &&
      expected.length === actual.length &&
      expected.every((item, index) => sameJson(item, actual[index]))
    );
  }
  const entries = Object.entries(expected);
  const others = new Map(Object.entries(actual));
  return (
    entries.length === others.size && entries.every(([key, item]) => others.has(key) && sameJson(item, others.get(key)))
  );
}

const jsonToken = /[\s,:]+|[{}[\]]|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y;

/** Where a bracket that opens at `start` closes; else the brackets that were open where the text stopped being JSON. */
function closing(text: string, start: number): { readonly end: number } | { readonly open: readonly number[] } {
  const open: number[] = [];
  jsonToken.lastIndex = start;
  for (let match = jsonToken.exec(text); match !== null; match = jsonToken.exec(text)) {
    const token = match[0];
    if (token === "{" || token === "[") open.push(match.index);
    if (token === "}" || token === "]") open.pop();
    if (open.length === 0) return { end: jsonToken.lastIndex };
  }
  return { open };
}

/**
 * The JSON objects in a text, outermost first: in prose, in a fenced block, anywhere. Lists and scalars
 * alone don't count. What never closes is looked at once, so the time does not explode on hostile answers.
 */
export function* embeddedObjects(text: string): Generator<unknown, void, undefined> {
  const unclosed = new Set<number>();
  let start = text.indexOf("{");
  while (start !== -1) {
    let next = start + 1;
    if (!unclosed.has(start)) {
      const found = closing(text, start);
      if ("open" in found) for (const position of found.open) unclosed.add(position);
      else {
        const parsed = parseJson(text.slice(start, found.end));
        if (parsed !== undefined) {
          yield parsed.value;
          next = found.end;
        }
      }
    }
    start = text.indexOf("{", next);
  }
}

/** The options of the JSON assertions. */
export const schemaOptions = {
  type: "object",
  properties: {
    value: {
      type: ["object", "string"],
      pattern: "^file://.",
      description:
        "A JSON Schema (draft 2020-12) that the JSON must meet, or file:// and its path relative to this pipeline; default: any JSON will do.",
    },
  },
} as const;

/** The path in `file://../schemas/order.schema.json`; undefined for any other value. */
export function filePathOf(value: unknown): string | undefined {
  const prefix = "file://";
  return typeof value === "string" && value.startsWith(prefix) ? value.slice(prefix.length) : undefined;
}

/** What is wrong with a schema, for `invalid`; undefined if nothing or if there is none. */
export function schemaFault(schema: unknown): string | undefined {
  if (schema === undefined) return undefined;
  try {
    checkOf(schema);
    return undefined;
  } catch (error) {
    return `\`value\` is no valid JSON Schema: ${(error as Error).message.replace(/\.$/, "")}.`;
  }
}

const compiled = new WeakMap<object, JsonSchemaCheck>();

/** The check of a schema, compiled once for each schema object. */
export function checkOf(schema: unknown): JsonSchemaCheck {
  if (typeof schema !== "object" || schema === null) return compileJsonSchema(schema);
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const check = compileJsonSchema(schema);
  compiled.set(schema, check);
  return check;
}

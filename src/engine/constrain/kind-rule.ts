import type { Kind } from "./keywords.ts";
import { isExact, mostDigits, numberWithin } from "./number-rule.ts";
import { patternString } from "./pattern.ts";
import { choice, literal, type Rule } from "./rule.ts";
import { childPointer, isObject, type JsonObject, type Node, type SchemaProblem } from "./schema-reader.ts";
import { anyValue, arrayOf, objectOf, type Property, quoted } from "./schema-rule.ts";
import { stringRest } from "./string-rule.ts";

export interface KindContext {
  readonly tell: (problem: SchemaProblem) => void;
  readonly ruleAt: (pointer: string, schema: unknown) => Rule;
}

const none: Rule = choice();

/** The values of one kind that meet the schema's keywords for it. */
export function kindRule(kind: Kind, node: Node, context: KindContext): Rule {
  switch (kind) {
    case "null":
      return literal("null");
    case "boolean":
      return choice(literal("true"), literal("false"));
    case "integer":
    case "number":
      return numberRule(node, kind === "integer", context);
    case "string":
      return stringRule(node, context);
    case "array":
      return arrayRule(node, context);
    case "object":
      return objectRule(node, context);
  }
}

function numberRule({ pointer, schema }: Node, integer: boolean, { tell }: KindContext): Rule {
  const limit = (keyword: string): number | undefined => {
    const value = schema[keyword];
    if (value === undefined) return undefined;
    const at = childPointer(pointer, keyword);
    if (typeof value !== "number") {
      tell({ pointer: at, message: `"${keyword}" must be a number` });
      return undefined;
    }
    // All numbers that are written lie within these.
    const isUpper = /maximum/i.test(keyword);
    if (isUpper ? value >= 10 ** mostDigits : value <= -(10 ** mostDigits)) return undefined;
    if (isExact(value)) return value;
    tell({ pointer: at, message: `"${keyword}" must have at most ${mostDigits} digits` });
    return undefined;
  };
  const rule = numberWithin({
    integer,
    minimum: limit("minimum"),
    maximum: limit("maximum"),
    exclusiveMinimum: limit("exclusiveMinimum"),
    exclusiveMaximum: limit("exclusiveMaximum"),
  });
  return rule ?? none;
}

/** Two limits of a length, `min…` and `max…`. */
function lengths({ pointer, schema }: Node, noun: "Length" | "Items", { tell }: KindContext) {
  const limit = (keyword: string, otherwise: number): number => {
    const value = schema[keyword];
    if (value === undefined) return otherwise;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    tell({ pointer: childPointer(pointer, keyword), message: `"${keyword}" must be a whole number from 0` });
    return otherwise;
  };
  return { minimum: limit(`min${noun}`, 0), maximum: limit(`max${noun}`, Number.POSITIVE_INFINITY) };
}

function stringRule(node: Node, context: KindContext): Rule {
  const { pointer, schema } = node;
  const { minimum, maximum } = lengths(node, "Length", context);
  const { pattern } = schema;
  if (pattern === undefined) return minimum > maximum ? none : quoted(stringRest({ minimum, maximum, quotes: true }));
  const at = childPointer(pointer, "pattern");
  if (minimum > 0 || maximum < Number.POSITIVE_INFINITY) {
    context.tell({ pointer: at, message: '"pattern" is not supported beside "minLength" or "maxLength"' });
    return none;
  }
  const result = typeof pattern === "string" ? patternString(pattern) : { fault: "it must be a string" };
  if ("rule" in result) return result.rule;
  context.tell({ pointer: at, message: `"pattern" can't be honoured: ${result.fault}` });
  return none;
}

function arrayRule(node: Node, context: KindContext): Rule {
  const { minimum, maximum } = lengths(node, "Items", context);
  const items = node.schema["items"] ?? true;
  const item = context.ruleAt(childPointer(node.pointer, "items"), items);
  return minimum > maximum ? none : arrayOf(item, { minimum, maximum });
}

function objectRule(node: Node, context: KindContext): Rule {
  const { pointer, schema } = node;
  const listed = propertiesOf(node, context);
  const required = requiredOf(node, context);
  const { additionalProperties } = schema;
  const at = childPointer(pointer, "additionalProperties");
  const extra = additionalProperties === undefined ? anyValue : context.ruleAt(at, additionalProperties);
  const properties = Object.entries(listed).map(
    ([name, value]): Property => ({
      name,
      value: context.ruleAt(childPointer(pointer, "properties", name), value),
      required: required.includes(name),
    }),
  );
  const others = [...new Set(required)]
    .filter((name) => !Object.hasOwn(listed, name))
    .map((name): Property => ({ name, value: extra, required: true }));
  const closed = additionalProperties === false || (additionalProperties === undefined && properties.length > 0);
  return objectOf([...properties, ...others], closed ? undefined : extra);
}

function propertiesOf({ pointer, schema }: Node, { tell }: KindContext): JsonObject {
  const { properties = {} } = schema;
  if (isObject(properties)) return properties;
  tell({ pointer: childPointer(pointer, "properties"), message: '"properties" must be an object of schemas' });
  return {};
}

function requiredOf({ pointer, schema }: Node, { tell }: KindContext): readonly string[] {
  const { required = [] } = schema;
  if (Array.isArray(required) && required.every((name) => typeof name === "string")) return required;
  tell({ pointer: childPointer(pointer, "required"), message: '"required" must be a list of names' });
  return [];
}

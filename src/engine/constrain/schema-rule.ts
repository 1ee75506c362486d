import { numberWithin } from "./number-rule.ts";
import { choice, later, literal, nothing, type Rule, sequence } from "./rule.ts";
import { otherStringRest, stringRest } from "./string-rule.ts";

export const quoted = (rest: Rule): Rule => sequence(literal('"'), rest);

/** A property of an object, in the order of writing. */
export interface Property {
  readonly name: string;
  readonly value: Rule;
  readonly required: boolean;
}

/**
 * An object with its properties in this order, then any number of others.
 * @param extra The others' values; undefined if there may be none. Their names differ from the listed ones, not always
 * from each other.
 */
export function objectOf(properties: readonly Property[], extra: Rule | undefined): Rule {
  const key = extra === undefined ? nothing : quoted(extraName(properties));
  const member = extra === undefined ? nothing : sequence(key, literal(":"), extra);
  const more: Rule =
    extra === undefined
      ? nothing
      : { kind: "repeat", rule: sequence(literal(","), member), minimum: 0, maximum: Number.POSITIVE_INFINITY };
  const close = literal("}");
  // What may follow where nothing, or something, has been written.
  let ifFirst = extra === undefined ? close : choice(close, sequence(member, more, close));
  let ifNext = sequence(more, close);
  for (const { name, value, required } of properties.toReversed()) {
    const key = `${JSON.stringify(name)}:`;
    const asFirst = sequence(literal(key), value, ifNext);
    const asNext = sequence(literal(`,${key}`), value, ifNext);
    ifFirst = required ? asFirst : choice(asFirst, ifFirst);
    ifNext = required ? asNext : choice(asNext, ifNext);
  }
  return sequence(literal("{"), ifFirst);
}

function extraName(properties: readonly Property[]): Rule {
  if (properties.length === 0) return stringRest();
  return otherStringRest(properties.map(({ name }) => JSON.stringify(name).slice(1, -1)));
}

export interface ArrayLimits {
  readonly minimum: number;
  /** Infinity if there is none. */
  readonly maximum: number;
}

export function arrayOf(item: Rule, { minimum, maximum }: ArrayLimits): Rule {
  const more: Rule = {
    kind: "repeat",
    rule: sequence(literal(","), item),
    minimum: Math.max(0, minimum - 1),
    maximum: maximum - 1,
  };
  const filled = sequence(item, more, literal("]"));
  const empty = literal("]");
  if (maximum === 0) return sequence(literal("["), empty);
  return sequence(literal("["), minimum > 0 ? filled : choice(empty, filled));
}

/** Exactly this value. */
export const constant = (value: unknown): Rule => literal(JSON.stringify(value));

const anyNumber = numberWithin({ integer: false }) as Rule; // without limits there are numbers
const anyItem = later(() => anyValue);

/** Any object: keys in any order. */
export const anyObject: Rule = objectOf([], anyItem);

/** Any JSON value. */
export const anyValue: Rule = choice(
  quoted(stringRest({ quotes: true })),
  anyNumber,
  literal("true"),
  literal("false"),
  literal("null"),
  arrayOf(anyItem, { minimum: 0, maximum: Number.POSITIVE_INFINITY }),
  anyObject,
);

import { canonicalJson } from "../../core/hash.ts";
import { disjoint } from "./disjoint.ts";
import { kindsOf } from "./keywords.ts";
import { kindRule } from "./kind-rule.ts";
import { choice, later, measure, type Rule } from "./rule.ts";
import {
  checkKeywords,
  childPointer,
  isObject,
  kindsAdmitted,
  type Node,
  resolve,
  type SchemaProblem,
} from "./schema-reader.ts";
import { anyValue, constant } from "./schema-rule.ts";

/** Most values of one `enum`: as many as OpenAI takes. */
const mostValues = 1000;

export type CompiledSchema = { readonly rule: Rule } | { readonly problems: readonly SchemaProblem[] };

/**
 * Turns a JSON Schema into the grammar of the texts that `JSON.stringify` gives for values that meet it, with an
 * object's properties in the order of the schema. The grammar may leave values out (numbers of more than 15 digits;
 * properties that are not listed, unless `additionalProperties` asks for them), but all that it has meet the schema.
 * What can't be honoured is a problem, and all of them are told at once.
 */
export function compileSchema(root: unknown): CompiledSchema {
  const problems: SchemaProblem[] = [];
  const tell = (problem: SchemaProblem): number => problems.push(problem);
  const rules = new Map<string, Rule>();
  /** Schemas that speak of the same value, by pointer: an `anyOf` and its options, a `$ref` and its target. */
  const sameValue = new Map<string, string[]>();

  const ruleAt = (pointer: string, schema: unknown): Rule => {
    const known = rules.get(pointer);
    if (known !== undefined) return known;
    let made: Rule | undefined;
    // A schema that contains itself meets this on its way.
    rules.set(
      pointer,
      later(() => made as Rule),
    );
    made = makeRule(pointer, schema);
    rules.set(pointer, made);
    return made;
  };

  const sameRuleAt = (from: string, to: string, schema: unknown): Rule => {
    sameValue.set(from, [...(sameValue.get(from) ?? []), to]);
    return ruleAt(to, schema);
  };

  const makeRule = (pointer: string, schema: unknown): Rule => {
    if (schema === true) return anyValue;
    if (schema === false) return choice();
    if (!isObject(schema)) {
      tell({ pointer, message: "a schema is an object, true or false" });
      return anyValue;
    }
    const node: Node = { pointer, schema };
    checkKeywords(node, tell);
    if ("$ref" in schema) return referenceRule(node);
    if ("anyOf" in schema) return optionsRule(node, "anyOf");
    if ("oneOf" in schema) return optionsRule(node, "oneOf");
    if ("allOf" in schema) return optionsRule(node, "allOf");
    if ("enum" in schema || "const" in schema) return valuesRule(node);
    const kinds = kindsAdmitted(schema);
    if (kinds === undefined) return anyValue;
    return choice(...kinds.map((kind) => kindRule(kind, node, { tell, ruleAt })));
  };

  const referenceRule = ({ pointer, schema }: Node): Rule => {
    const reference = schema["$ref"];
    const target = typeof reference === "string" ? resolve(root, reference) : undefined;
    if (target?.value !== undefined) return sameRuleAt(pointer, target.pointer, target.value);
    const message = `"$ref" must name a part of this schema, such as "#/$defs/name"; ${JSON.stringify(reference)} is none`;
    tell({ pointer: childPointer(pointer, "$ref"), message });
    return anyValue;
  };

  const optionsRule = ({ pointer, schema }: Node, keyword: "anyOf" | "oneOf" | "allOf"): Rule => {
    const at = childPointer(pointer, keyword);
    const options = schema[keyword];
    if (!Array.isArray(options) || options.length === 0) {
      tell({ pointer: at, message: `"${keyword}" must be a list of schemas` });
      return anyValue;
    }
    if (keyword === "allOf" && options.length > 1) {
      tell({ pointer: at, message: '"allOf" is supported with one schema only' });
      return anyValue;
    }
    const rule = choice(
      ...options.map((option: unknown, index) => sameRuleAt(pointer, childPointer(at, index), option)),
    );
    if (keyword === "oneOf") checkOneOf(at, options);
    return rule;
  };

  const checkOneOf = (pointer: string, options: readonly unknown[]): void => {
    for (const [second, other] of options.entries()) {
      const first = options.slice(0, second).findIndex((option) => !disjoint(option, other, root));
      if (first < 0) continue;
      const message = `"oneOf" is supported where no value can meet two of its schemas; ${first} and ${second} may share some: use "anyOf"`;
      tell({ pointer, message });
    }
  };

  const valuesRule = ({ pointer, schema }: Node): Rule => {
    const listed = schema["enum"];
    if (listed !== undefined && (!Array.isArray(listed) || listed.length === 0 || listed.length > mostValues)) {
      tell({ pointer: childPointer(pointer, "enum"), message: `"enum" must be a list of 1 to ${mostValues} values` });
      return anyValue;
    }
    const admitted = kindsAdmitted(schema);
    const constantText = "const" in schema ? canonicalJson(schema["const"]) : undefined;
    const met = ((listed as readonly unknown[] | undefined) ?? [schema["const"]]).filter(
      (value) =>
        (constantText === undefined || canonicalJson(value) === constantText) &&
        (admitted === undefined || kindsOf(value).some((kind) => admitted.includes(kind))),
    );
    if (met.length === 0) tell({ pointer, message: "no value meets all of its keywords" });
    return choice(...met.map(constant));
  };

  const rule = ruleAt("", root);
  for (const pointer of endless(sameValue)) tell({ pointer, message: "it refers to itself without end" });
  if (problems.length > 0) return { problems };
  if (measure(rule).get(rule) === Number.POSITIVE_INFINITY) {
    return { problems: [{ pointer: "", message: "no value meets it" }] };
  }
  return { rule };
}

/** Pointers from which the references lead back to themselves. */
function endless(references: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...references.keys()].filter((start) => {
    const pending = [...(references.get(start) ?? [])];
    const seen = new Set<string>();
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(...(references.get(next) ?? []));
    }
    return false;
  });
}

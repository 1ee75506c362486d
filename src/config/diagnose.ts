import type { ErrorObject } from "ajv";
import { type Problem, problem } from "../core/errors.ts";
import { compilePattern } from "../core/pattern.ts";
import { didYouMean } from "../core/suggest.ts";
import { plural } from "../core/units.ts";
import { parsePointer, type YamlDocument } from "./document.ts";

interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly discriminator?: { readonly propertyName: string };
}

/** Turns ajv's errors into problems at the key or value that is wrong, each said once. */
export function diagnose(errors: readonly ErrorObject[], document: YamlDocument): Problem[] {
  const problems = errors.filter(isCause).map((error) => describe(error, document));
  const seen = new Set<string>();
  const inOrder = problems.toSorted(
    ({ location: a }, { location: b }) => (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0),
  );
  return inOrder.filter(({ message, location }) => {
    const key = JSON.stringify([message, location?.line, location?.column]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Errors that only say that a deeper one exists. */
function isCause({ keyword, propertyName }: ErrorObject): boolean {
  return !(keyword === "propertyNames" || ((keyword === "oneOf" || keyword === "anyOf") && propertyName === undefined));
}

function describe(error: ErrorObject, document: YamlDocument): Problem {
  const { keyword, params, instancePath } = error;
  const schema = (error.parentSchema ?? {}) as SchemaNode;
  const place = dotted(instancePath);
  const invalid = (message: string, hint: string | undefined, location = document.locate(instancePath)) =>
    problem("error", "PIPELINE_INVALID", message, { hint, location });
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys(schema.properties ?? {});
      const pointer = `${instancePath}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const where = place === "" ? "" : ` in ${place}`;
      return invalid(`Unknown key "${key}"${where}.`, didYouMean(key, known, "Keys"), document.locateKey(pointer));
    }
    case "required": {
      const key = String(params["missingProperty"]);
      const isTag = schema.discriminator?.propertyName === key;
      const hint = isTag ? missingTag(schema, error.data) : schema.properties?.[key]?.description;
      const where = place === "" ? "The pipeline" : place;
      return invalid(`${where} has no "${key}".`, hint, document.locateKey(instancePath));
    }
    case "discriminator": {
      const { tag, known } = tagOf(schema);
      const value = params["tagValue"];
      if (value === undefined)
        return invalid(`${place} has no "${tag}".`, missingTag(schema, error.data), document.locateKey(instancePath));
      const location = document.locate(`${instancePath}/${tag}`);
      const hint = didYouMean(String(value), known, "Known", withoutNegated(known));
      return invalid(`Unknown ${tag} "${String(value)}" in ${place}.`, hint, location);
    }
    case "enum":
    case "const": {
      const allowed = keyword === "const" ? [params["allowedValue"]] : (params["allowedValues"] as readonly unknown[]);
      const words = allowed.map(String);
      const quoted = words.includes(String(error.data)) ? "Write it without quotes." : undefined;
      return invalid(
        `${place} must be ${orList(words)}, not ${show(error.data)}.`,
        quoted ?? didYouMean(String(error.data), words, "Allowed"),
      );
    }
    case "type": {
      const wanted = [params["type"]].flat().map(String);
      const names = wanted.map((type) => (type === "string" && schema.pattern === auto ? "auto" : typeName(type)));
      return invalid(
        `${place || "The pipeline"} must be ${orList(names)}, not ${show(error.data)}.`,
        quotesHint(error.data, wanted, schema) ?? schema.description,
      );
    }
    case "pattern": {
      const subject =
        error.propertyName === undefined
          ? `${place} ${show(error.data)}`
          : `The name ${show(error.propertyName)} in ${place}`;
      const allowed = schema.pattern === auto ? `may be a number or "auto"` : `must match ${schema.pattern}`;
      const location =
        error.propertyName === undefined ? undefined : document.locateKey(`${instancePath}/${error.propertyName}`);
      return invalid(`${subject} ${allowed}.`, schema.description, location);
    }
    case "minItems":
    case "minLength":
      return invalid(`${place} is empty.`, schema.description);
    case "minProperties": {
      const isEmpty = Object.keys(error.data as object).length === 0;
      return invalid(isEmpty ? `${place} is empty.` : `${place} lacks a key.`, schema.description);
    }
    case "uniqueItems": {
      const item = (error.data as readonly unknown[])[Number(params["i"])];
      return invalid(`${place} has ${show(item)} twice.`, "Keep one of them.");
    }
    case "maxLength":
      return invalid(
        `${place} takes at most ${plural(Number(params["limit"]), "character")}, not ${show(error.data)}.`,
        schema.description,
      );
    case "maxItems":
    case "maxProperties": {
      const limit = plural(Number(params["limit"]), keyword === "maxItems" ? "item" : "key");
      return invalid(`${place} has more than ${limit}.`, schema.description);
    }
    default: {
      const message = `${place} ${error.message ?? "is not valid"}${typeof error.data === "object" ? "" : `, not ${show(error.data)}`}.`;
      return invalid(message, schema.description);
    }
  }
}

/** The key that says which form a mapping has, and the values it may have. */
function tagOf({ discriminator, oneOf = [] }: SchemaNode): { readonly tag: string; readonly known: readonly string[] } {
  const tag = discriminator?.propertyName ?? "type";
  const known = oneOf.flatMap(({ properties }) => {
    const { const: only, enum: several } = properties?.[tag] ?? {};
    return (several ?? [only]).map(String);
  });
  return { tag, known };
}

function withoutNegated(names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith("not-"));
}

/** People write the type as a key: `{ contains: Oslo }`. */
function missingTag(schema: SchemaNode, data: unknown): string {
  const { tag, known } = tagOf(schema);
  const asKey = Object.keys((data ?? {}) as object).find((key) => known.includes(key));
  if (asKey !== undefined) return `Write ${tag}: ${asKey}, and its options as keys beside it.`;
  return didYouMean("", known, "Known", withoutNegated(known));
}

/** The pattern of a setting that is a number or this word. */
const auto = "^auto$";

/** Whether quotes, or their absence, are what is wrong with a value; undefined if not. */
function quotesHint(data: unknown, wanted: readonly string[], { pattern }: SchemaNode): string | undefined {
  const wantsNumber = wanted.includes("number") || wanted.includes("integer");
  if (typeof data === "string")
    return wantsNumber && /^-?\d+(?:\.\d+)?$/.test(data) ? "Write it without quotes." : undefined;
  if (!wanted.includes("string") || typeof data === "object") return undefined;
  if (pattern === undefined) return "Put it in quotes.";
  const percent = typeof data === "number" ? [...(data < 1 ? [Number((100 * data).toFixed(4))] : []), data] : [];
  const fitting = [String(data), ...percent.map((number) => `${number}%`)].find((text) =>
    compilePattern(pattern).test(text),
  );
  if (fitting === undefined) return undefined;
  return fitting === String(data) ? "Put it in quotes." : `Write ${fitting}`;
}

/** `/targets/local/provider` → `targets.local.provider`, `/tests/0` → `tests[0]`. */
function dotted(pointer: string): string {
  return parsePointer(pointer)
    .map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping",
    null: "empty",
  };
  return names[type] ?? type;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

import { canonicalJson } from "../../core/hash.ts";
import { type Kind, kinds, kindsOf } from "./keywords.ts";
import { isObject, type JsonObject, kindsAdmitted, resolve } from "./schema-reader.ts";

/** How many references and options inside each other are looked through. */
const deepest = 8;

/** Whether it is plain that no value meets both schemas: by kind, by listed values, or by a property that both require. */
export function disjoint(a: unknown, b: unknown, root: unknown): boolean {
  return areDisjoint(a, b, { root, depth: 0 });
}

interface Look {
  readonly root: unknown;
  readonly depth: number;
}

function areDisjoint(a: unknown, b: unknown, look: Look): boolean {
  if (look.depth > deepest) return false;
  const deeper = { ...look, depth: look.depth + 1 };
  const optionsOfA = optionsOf(a, look.root);
  if (optionsOfA !== undefined) return optionsOfA.every((option) => areDisjoint(option, b, deeper));
  if (optionsOf(b, look.root) !== undefined) return areDisjoint(b, a, deeper);
  if (a === false || b === false) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const shared = kindsMet(a).filter((kind) => kindsMet(b).includes(kind));
  if (shared.length === 0) return true;
  const [valuesOfA, valuesOfB] = [valuesOf(a), valuesOf(b)];
  if (valuesOfA !== undefined && valuesOfB !== undefined) {
    const texts = valuesOfA.map(canonicalJson);
    return !valuesOfB.some((value) => texts.includes(canonicalJson(value)));
  }
  if (shared.some((kind) => kind !== "object") || valuesOfA !== undefined || valuesOfB !== undefined) return false;
  return requiredOf(a)
    .filter((name) => requiredOf(b).includes(name))
    .some((name) => areDisjoint(propertyOf(a, name), propertyOf(b, name), deeper));
}

/** The schemas of which a value must meet one; undefined for a schema that speaks for itself. */
function optionsOf(schema: unknown, root: unknown): readonly unknown[] | undefined {
  if (!isObject(schema)) return undefined;
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === "string") return [resolve(root, $ref)?.value];
  return [anyOf, oneOf, allOf].find((options): options is readonly unknown[] => Array.isArray(options));
}

/** All kinds of the values that can meet the schema; a whole number counts as a number, too. */
function kindsMet(schema: JsonObject): readonly Kind[] {
  const admitted = kindsAdmitted(schema) ?? kinds;
  const values = valuesOf(schema);
  if (values !== undefined) return values.flatMap(kindsOf);
  return admitted.includes("number") || admitted.includes("integer") ? [...admitted, "number", "integer"] : admitted;
}

function valuesOf(schema: JsonObject): readonly unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  return Array.isArray(schema["enum"]) ? schema["enum"] : undefined;
}

function requiredOf({ type, required }: JsonObject): readonly unknown[] {
  return type === "object" && Array.isArray(required) ? required : [];
}

function propertyOf({ properties }: JsonObject, name: unknown): unknown {
  return isObject(properties) && typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : true;
}

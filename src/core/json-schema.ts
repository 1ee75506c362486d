import { createRequire } from "node:module";
import type { Ajv, ErrorObject, Options, ValidateFunction } from "ajv";
import type { FormatsPlugin } from "ajv-formats";
import { compilePattern } from "./pattern.ts";
import { quote } from "./quote.ts";

/** The faults of a value, one sentence each, such as `/price must be number`; empty if it meets the schema. */
export type JsonSchemaCheck = (value: unknown) => string[];

/** A fault of a value, and the JSON pointer of what is wrong. */
export interface JsonSchemaFault {
  readonly pointer: string;
  readonly sentence: string;
}

/** Loads ajv where a schema is first compiled, so that commands without one start without it. */
const load = createRequire(import.meta.url);

const linearRegExp = Object.assign((source: string) => compilePattern(source), { code: "compilePattern" });

const options = {
  strictSchema: true,
  strictNumbers: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: true,
  ownProperties: true,
  logger: false,
  code: { regExp: linearRegExp },
} as const;

/** What becomes of a keyword that JSON Schema does not have. */
export type UnknownKeywords = "refuse" | "ignore";

type Dialect = "draft-07" | "2020-12";

function dialectOf(schema: object | boolean): Dialect {
  const dialect = typeof schema === "object" && schema !== null && "$schema" in schema ? schema.$schema : undefined;
  return typeof dialect === "string" && /draft-07/.test(dialect) ? "draft-07" : "2020-12";
}

function ajvOf(dialect: Dialect, settings: Options): Ajv {
  const { default: addFormats } = load("ajv-formats") as { readonly default: FormatsPlugin };
  if (dialect === "draft-07") {
    const { Ajv } = load("ajv") as typeof import("ajv");
    return addFormats(new Ajv(settings));
  }
  const { Ajv2020 } = load("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  return addFormats(new Ajv2020(settings));
}

/** What judges schemas, by their dialect. To compile its meta-schema takes longer than most schemas take. */
const judges = new Map<Dialect, Ajv>();

function judgeOf(dialect: Dialect): Ajv {
  const known = judges.get(dialect);
  if (known !== undefined) return known;
  const judge = ajvOf(dialect, options);
  judges.set(dialect, judge);
  return judge;
}

/** @throws Error in words of our own: ajv's name no value, and end in all that the meta-schema tried. */
function compileWithAjv(schema: object | boolean, unknown: UnknownKeywords): ValidateFunction {
  const dialect = dialectOf(schema);
  const judge = judgeOf(dialect);
  if (judge.validateSchema(schema) !== true) {
    const [fault] = judge.errors ?? [];
    throw new Error(`the schema is invalid: ${fault === undefined ? "unknown dialect" : schemaFault(fault, schema)}`);
  }
  try {
    // An instance of its own: schemas that have one $id would meet in a shared one.
    return ajvOf(dialect, { ...options, strictSchema: unknown === "refuse", validateSchema: false }).compile(schema);
  } catch (cause) {
    throw new Error((cause as Error).message.replace(/^strict mode: /, ""), { cause });
  }
}

function schemaFault(fault: ErrorObject, schema: object | boolean): string {
  let value: unknown = schema;
  for (const part of fault.instancePath.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  const shown = fault.instancePath === "" ? "" : ` (it is ${quote(JSON.stringify(value))})`;
  return `${sentence(fault)}${shown}`;
}

function sentence({ instancePath, message = "is invalid", keyword, params }: ErrorObject): string {
  const detail =
    keyword === "enum"
      ? `: ${(params["allowedValues"] as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`
      : keyword === "const"
        ? `: ${JSON.stringify(params["allowedValue"])}`
        : keyword === "additionalProperties"
          ? `: "${String(params["additionalProperty"])}"`
          : keyword === "unevaluatedProperties"
            ? `: "${String(params["unevaluatedProperty"])}"`
            : "";
  return `${instancePath === "" ? "the value" : instancePath} ${message}${detail}`;
}

/**
 * Compiles a JSON Schema: draft 2020-12, or draft-07 where `$schema` says so, with formats. Unknown
 * keywords are errors unless they are ignored, `required` sees own properties only, and patterns are RE2 (see `compilePattern`).
 * @throws Error whose message says what is wrong with the schema.
 */
export function compileJsonSchema(schema: unknown, unknownKeywords: UnknownKeywords = "refuse"): JsonSchemaCheck {
  const check = compileLocatedSchema(schema, unknownKeywords);
  return (value) => [...new Set(check(value).map(({ sentence }) => sentence))];
}

/** The same, for a value whose places are known. @throws Error as `compileJsonSchema` does. */
export function compileLocatedSchema(
  schema: unknown,
  unknownKeywords: UnknownKeywords = "refuse",
): (value: unknown) => readonly JsonSchemaFault[] {
  if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null || Array.isArray(schema))) {
    throw new Error("a JSON Schema is an object, true or false");
  }
  const validate = compileWithAjv(schema, unknownKeywords);
  return (value) => {
    try {
      if (validate(value)) return [];
    } catch (error) {
      // A schema that refers to itself recurses with the value, which may be nested without bound.
      if (error instanceof RangeError) return [{ pointer: "", sentence: "the value is nested too deeply" }];
      throw error;
    }
    return (validate.errors ?? []).map((fault) => ({ pointer: fault.instancePath, sentence: sentence(fault) }));
  };
}

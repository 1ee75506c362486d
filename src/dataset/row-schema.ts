import { FtpipeError } from "../core/errors.ts";
import { compileJsonSchema } from "../core/json-schema.ts";
import { parseJsonText } from "../core/json-syntax.ts";
import type { Location } from "../core/location.ts";

type Values = Readonly<Record<string, unknown>>;
interface PropertyTypes {
  readonly type?: string | readonly string[];
}

/** What is wrong with a row, one sentence each; empty if it meets the schema. */
export type RowCheck = (values: Values) => readonly string[];

/**
 * @param textCells Whether cells are texts: each is then read as the type that the schema gives its
 * column, for this check only; an empty cell of a column that is not text counts as absent.
 * @throws FtpipeError PIPELINE_INVALID at `location` for a schema that can't be used.
 */
export function compileRowSchema(
  text: string,
  { location, name, textCells }: { location: Location; name: string; textCells: boolean },
): RowCheck {
  const invalid = (cause: unknown): FtpipeError =>
    new FtpipeError(
      "PIPELINE_INVALID",
      `${name} is no usable JSON Schema: ${(cause as Error).message.replace(/\.$/, "")}.`,
      { location, cause },
    );
  let schema: unknown;
  try {
    schema = parseJsonText(text);
  } catch (cause) {
    throw invalid(cause);
  }
  try {
    const check = compileJsonSchema(schema);
    const types = textCells ? columnTypes(schema) : new Map<string, readonly string[]>();
    return (values) => check(textCells ? readCells(values, types) : { ...values });
  } catch (cause) {
    throw invalid(cause);
  }
}

function columnTypes(schema: unknown): ReadonlyMap<string, readonly string[]> {
  const root = schema as { readonly properties?: Readonly<Record<string, PropertyTypes>> };
  return new Map(
    Object.entries(root.properties ?? {}).map(([column, { type }]) => [
      column,
      type === undefined ? [] : ([type].flat() as readonly string[]),
    ]),
  );
}

function readCells(values: Values, types: ReadonlyMap<string, readonly string[]>): Values {
  const entries = Object.entries(values).flatMap(([column, cell]): [string, unknown][] => {
    const wanted = types.get(column) ?? [];
    if (typeof cell !== "string" || wanted.length === 0) return [[column, cell]];
    if (cell === "" && !wanted.includes("string")) return wanted.includes("null") ? [[column, null]] : [];
    return [[column, readCell(cell, wanted)]];
  });
  return Object.fromEntries(entries);
}

/** The cell as the first of the types that it can be read as; else as it is, so that the schema's own message says what is wrong. */
function readCell(cell: string, types: readonly string[]): unknown {
  for (const type of types) {
    if (type === "string") return cell;
    if ((type === "number" || type === "integer") && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(cell))
      return Number(cell);
    if (type === "boolean" && (cell === "true" || cell === "false")) return cell === "true";
    if (type === "array" || type === "object") {
      try {
        return JSON.parse(cell);
      } catch {
        return cell; // not JSON: the schema's own message names the type it wants
      }
    }
  }
  return cell;
}

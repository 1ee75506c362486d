import { compilePattern } from "../core/pattern.ts";

type Scalar = string | number | boolean;
type Values = Readonly<Record<string, unknown>>;

/** What a column must hold; one condition beside `column`. Values are compared as the texts that a template prints. */
export interface Condition {
  readonly column: string;
  readonly equals?: Scalar | undefined;
  readonly not_equals?: Scalar | undefined;
  readonly one_of?: readonly Scalar[] | undefined;
  readonly not_empty?: true | undefined;
  /** RE2 syntax. */
  readonly matches?: string | undefined;
}

/** @returns Whether a row meets all conditions. @throws Error whose message says what is wrong with a pattern. */
export function compileWhere(conditions: readonly Condition[]): (values: Values) => boolean {
  const tests = conditions.map(compileCondition);
  return (values) => tests.every((test) => test(values));
}

function compileCondition({ column, equals, not_equals, one_of, not_empty, matches }: Condition) {
  const check = ((): ((text: string) => boolean) => {
    if (equals !== undefined) return (text) => text === String(equals);
    if (not_equals !== undefined) return (text) => text !== String(not_equals);
    if (one_of !== undefined) {
      const allowed = new Set(one_of.map(String));
      return (text) => allowed.has(text);
    }
    if (matches !== undefined) {
      const pattern = compilePattern(matches);
      return (text) => pattern.test(text);
    }
    if (not_empty === true) return (text) => text.trim() !== "";
    throw new Error("a condition without a test, yet the pipeline is valid");
  })();
  return (values: Values): boolean => check(textOf(values[column]));
}

/** Lists and objects count as their JSON; a value that is missing, as nothing. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

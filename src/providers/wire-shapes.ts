import { badAnswer } from "./wire-errors.ts";

/** What is wrong with a value, in words; undefined if nothing is. */
type Check = (value: unknown) => string | undefined;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => (typeof value === "string" ? undefined : "is no text");
const number: Check = (value) => (typeof value === "number" ? undefined : "is no number");
const id: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "is no id");

/** Providers leave out, or give as null, what does not apply. */
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? undefined : check(value);

const object =
  (fields: Fields): Check =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "is no object";
    for (const [name, check] of Object.entries(fields)) {
      const wrong = check((value as Readonly<Record<string, unknown>>)[name]);
      if (wrong !== undefined) return `${name} ${wrong}`;
    }
    return undefined;
  };

const list =
  (item: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return "is no list";
    return value.map(item).find((wrong) => wrong !== undefined);
  };

const anything = object({});

/** What ftpipe relies on in each kind of answer; all else may be as it likes. */
const shapes = {
  job: object({
    id,
    status: text,
    created_at: optional(number),
    fine_tuned_model: optional(text),
    trained_tokens: optional(number),
    hyperparameters: optional(anything),
    result_files: optional(list(id)),
  }),
  checkpoint: object({ id, step_number: number, fine_tuned_model_checkpoint: id, metrics: optional(anything) }),
  file: object({ id, filename: optional(text), bytes: optional(number), status: optional(text) }),
  upload: object({ id, status: optional(text), file: optional(anything) }),
  part: object({ id }),
  event: object({ id, level: optional(text), message: optional(text), data: optional(anything) }),
  model: object({ id, shutdown_date: optional(text) }),
  chat: object({
    choices: (value) =>
      Array.isArray(value) && value.length === 0
        ? "are none"
        : list(object({ message: object({ content: optional(text) }), finish_reason: optional(text) }))(value),
    usage: optional(anything),
  }),
} as const satisfies Readonly<Record<string, Check>>;

/**
 * An answer, checked.
 * @throws FtpipeError PROVIDER_ANSWER if it is nothing of that kind.
 */
export function checked<T>(kind: keyof typeof shapes, answer: T, host: string): NonNullable<T> {
  const wrong = shapes[kind](answer);
  if (wrong !== undefined) throw badAnswer(host, `no ${kind}: ${wrong}`);
  return answer as NonNullable<T>;
}

/** A page of a list whose items are of that kind. @throws FtpipeError PROVIDER_ANSWER if it is none. */
export function checkedPage<T>(kind: keyof typeof shapes, answer: T, host: string): NonNullable<T> {
  const wrong = object({ data: list(shapes[kind]) })(answer);
  if (wrong !== undefined) throw badAnswer(host, `no list: ${wrong}`);
  return answer as NonNullable<T>;
}

import { article } from "./article.ts";
import type { Draw } from "./draw.ts";
import { kindOf } from "./template-values.ts";

/** A helper of the templates, such as `{{upper product}}`. */
export interface Helper {
  /** How it is written, for hints. */
  readonly usage: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Positions of arguments that may be empty cells; every other empty cell is an error. */
  readonly mayBeEmpty?: readonly number[];
  /** @throws Error whose message says which argument does not fit. Its place is added by the template. */
  run(values: readonly unknown[], draw: Draw): unknown;
}

function text(value: unknown, helper: string): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`${helper} takes a text, but got ${kindOf(value)}.`);
}

function list(value: unknown, helper: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${helper} takes a list, but got ${kindOf(value)}.`);
}

/** One list, or the arguments themselves. */
function choices(values: readonly unknown[], helper: string): readonly unknown[] {
  const items = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly unknown[]) : values;
  if (items.length === 0) throw new Error(`${helper} has nothing to choose from: the list is empty.`);
  return items;
}

const onText = (name: string, change: (value: string) => string): Helper => ({
  usage: `{{${name} column}}`,
  minimum: 1,
  maximum: 1,
  run: ([value]) => change(text(value, name)),
});

/** Upper-cases the first letter of each word; leaves the others, so that "USB hub" stays "USB Hub". */
function titleCase(value: string): string {
  return value.replace(
    /(^|[\s([{"“-])(\p{Ll})/gu,
    (_all, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

/** At most `length` characters (code points) with an ellipsis, cut between words where there is a space in the last third. */
function truncate(value: string, length: number): string {
  const points = Array.from(value);
  if (points.length <= length) return value;
  const head = points.slice(0, length - 1).join("");
  const space = head.lastIndexOf(" ");
  return `${(space > head.length * (2 / 3) ? head.slice(0, space) : head).trimEnd()}…`;
}

/** All helpers by name. Besides them there are the blocks if, unless, each, with. */
export const helpers: Readonly<Record<string, Helper>> = {
  /** One of its arguments, or of one list, drawn anew for each row and variant. */
  pick: {
    usage: '{{pick "one" "two"}} or {{pick list}}',
    minimum: 1,
    maximum: 1000,
    run: (values, draw) => {
      const items = choices(values, "pick");
      return items[Math.floor(draw.next() * items.length)];
    },
  },
  /** The same items in a drawn order (Fisher–Yates); a list, for {{join}} and {{#each}}. */
  shuffle: {
    usage: '{{join (shuffle "one" "two") ", "}}',
    minimum: 1,
    maximum: 1000,
    run: (values, draw) => {
      const items = [...choices(values, "shuffle")];
      for (let last = items.length - 1; last > 0; last--) {
        const other = Math.floor(draw.next() * (last + 1));
        [items[last], items[other]] = [items[other], items[last]];
      }
      return items;
    },
  },
  /** The first argument, or the second where that is empty. */
  default: {
    usage: '{{default column "text"}}',
    minimum: 2,
    maximum: 2,
    mayBeEmpty: [0],
    run: ([value, otherwise]) => (value === null || value === undefined || value === "" ? otherwise : value),
  },
  /** As JSON, compact; a text comes out quoted. */
  json: { usage: "{{json column}}", minimum: 1, maximum: 1, run: ([value]) => JSON.stringify(value) },
  upper: onText("upper", (value) => value.toUpperCase()),
  lower: onText("lower", (value) => value.toLowerCase()),
  title: onText("title", titleCase),
  trim: onText("trim", (value) => value.trim()),
  /** The word with "a" or "an" before it; see `article.ts` for the rules of sound. */
  article: onText("article", article),
  truncate: {
    usage: "{{truncate column 80}}",
    minimum: 2,
    maximum: 2,
    run: ([value, length]) => {
      if (typeof length !== "number" || !Number.isInteger(length) || length < 2) {
        throw new Error("truncate takes a whole number of characters from 2.");
      }
      return truncate(text(value, "truncate"), length);
    },
  },
  /** A list as text. The third argument stands before the last item: {{join list ", " " and "}}. */
  join: {
    usage: '{{join list ", "}}',
    minimum: 1,
    maximum: 3,
    run: ([value, separator = ", ", last = separator]) => {
      const items = list(value, "join").map((item) => text(item, "join"));
      const end = items.pop();
      if (end === undefined) return "";
      const head = items.join(text(separator, "join"));
      return items.length === 0 ? end : head + text(last, "join") + end;
    },
  },
  /** Whether both are the same; numbers compare with texts, since a CSV has only texts. */
  eq: {
    usage: '{{#if (eq column "text")}}',
    minimum: 2,
    maximum: 2,
    mayBeEmpty: [0, 1],
    run: ([left, right]) => left === right || text(left, "eq") === text(right, "eq"),
  },
};

import type { Pipeline, Preference } from "../config/pipeline.gen.ts";
import { type Problem, problem } from "../core/errors.ts";
import { digestOf } from "../core/hash.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { problemList } from "../core/problem-list.ts";
import { quote } from "../core/quote.ts";
import { type DigestLog, digestLog } from "./digest-log.ts";
import type { Example, HeldOutSplit } from "./example.ts";
import type { FormatFault } from "./format-fault.ts";
import { missingValue, renderItems } from "./item.ts";
import type { LoadedTemplates } from "./load-templates.ts";
import { choiceReader, isTie, renderPreference, sameAnswers, tieFault } from "./preference.ts";
import { readyContent } from "./ready-made.ts";
import {
  chatRenderer,
  keyColumnOf,
  plainChat,
  type RenderedExample,
  renderProblem,
  rowGroup,
  rowKey,
} from "./render-rows.ts";
import type { RowCheck } from "./row-schema.ts";
import { type Place, type PlaceBook, placeBook } from "./seen.ts";
import { kindOf } from "./template-values.ts";

/** A row and where it stands. */
export interface PlacedRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Relative to the root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Of rows from a split's own file. */
  readonly split: HeldOutSplit | undefined;
  /** Of a group, the rows that it was made of. */
  readonly members?: readonly { readonly values: PlacedRow["values"]; readonly line: number }[] | undefined;
}

export interface MakerSettings {
  readonly pipeline: Pipeline;
  /** Whether rows are ready-made examples. */
  readonly ready: boolean;
  /** Undefined if they can't be rendered: rows are then only checked. */
  readonly templates: LoadedTemplates | undefined;
  readonly rowSchema: { readonly check: RowCheck; readonly name: string } | undefined;
  readonly locate: (file: string, line: number) => Location;
  /** Values that an item must have, since the grader refers to them: paths from the item. */
  readonly itemPaths?: readonly (readonly string[])[] | undefined;
}

/** Turns rows into examples, one after another. */
export interface ExampleMaker {
  /** Whether nearly all examples have `parts`. */
  readonly givesParts: boolean;
  /** None for a row with something wrong; that its key came before is told at the end. */
  make(row: PlacedRow): readonly Example[];
  /**
   * What was found, once all rows were seen.
   * @param missing Of the pipeline's columns those that the source does not have.
   * @param keyAt Reads the key of a row again: none of them is kept.
   */
  end(missing: readonly Problem[], keyAt: (place: Place) => Promise<string | undefined>): Promise<MadeExamples>;
}

export interface MadeExamples {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Variants left out, because they said the same as another of their row. */
  readonly collapsed: number;
  /** Rows of which an example was left out, because neither of its answers is preferred. */
  readonly ties: number;
}

const nothing: readonly Example[] = [];

export function exampleMaker(settings: MakerSettings): ExampleMaker {
  const { pipeline, ready, templates, rowSchema, locate, itemPaths = [] } = settings;
  const { dataset: to, training } = pipeline;
  const keyColumn = keyColumnOf(pipeline.source);
  const keys = digestLog();
  const places = placeBook();
  const problems = problemList();
  // A column that is missing is told once, not with every row that misses it.
  const keyless = problemList();
  const unrendered = problemList();
  const warnings = problemList();
  const render = templates === undefined ? undefined : rowRenderer(templates, pipeline);
  let collapsed = 0;
  let ties = 0;

  const fail = (wrong: Problem, kind?: string): readonly Example[] => {
    problems.add(wrong, kind);
    return nothing;
  };
  const told = ({ code, message, hint }: FormatFault, file: string, line: number): Problem =>
    problem("error", code, message, { hint, location: locate(file, line) });
  const make = ({ values, file, line, split, members }: PlacedRow): readonly Example[] => {
    const ownKey = rowKey(values, keyColumn);
    if (ownKey === undefined) {
      const hint = "Every row needs a value in the column that source.key names.";
      const value = values[keyColumn ?? ""];
      const what = typeof value === "object" && value !== null ? kindOf(value) : "empty";
      const message = `The row has no key: "${keyColumn}" is ${what}.`;
      const missing = problem("error", "KEY_MISSING", message, { hint, location: locate(file, line) });
      if (Object.hasOwn(values, keyColumn ?? "")) return fail(missing);
      keyless.add(missing);
    }
    const key = ownKey ?? (rowKey(values, undefined) as string);
    const keyDigest = digestOf(key);
    if (keyColumn !== undefined) keys.add(keyDigest, places.add(file, line));
    let isInvalid = false;
    for (const row of rowSchema === undefined ? [] : (members ?? [{ values, line }])) {
      for (const fault of rowSchema?.check(row.values) ?? []) {
        const hint = `Correct the row, or ${rowSchema?.name}.`;
        const message = `The row breaks its schema: ${fault}.`;
        problems.add(problem("error", "ROW_INVALID", message, { hint, location: locate(file, row.line) }));
        isInvalid = true;
      }
    }
    if (isInvalid) return nothing;
    const group = rowGroup(values, to.split.group_by, key);
    if (ready) {
      // The source only knows that there are lists; the checks judge the messages in them.
      const read = readyContent(values, training.method);
      if ("fault" in read) return fail(told(read.fault, file, line));
      const lacking = read.content.item === undefined ? undefined : missingValue(read.content.item, itemPaths);
      if (lacking !== undefined) {
        unrendered.add(told(lacking, file, line));
        return nothing;
      }
      return [{ content: read.content, key, keyDigest, group, file, line, split, variant: 0, vars: {} }];
    }
    if (render === undefined) return nothing;
    const variants = split === undefined ? to.variants : 1; // held-out rows are used once
    try {
      const made = render(values, { key, variants });
      const refused = refusalOf(made, to.preference);
      if (refused !== undefined) unrendered.add(told(refused, file, line));
      if ("fault" in made || refused !== undefined) return nothing;
      if (made.tie !== undefined) ties++;
      if (made.collapsed > 0) {
        collapsed += made.collapsed;
        warnings.add(equalVariants(locate(file, line)), "equal variants");
      }
      for (const { content } of made.examples) {
        const { item } = content;
        const lacking = item === undefined ? undefined : missingValue(item, itemPaths);
        if (lacking === undefined) continue;
        unrendered.add(told(lacking, file, line));
        return nothing;
      }
      return made.examples.map(({ variant, content }): Example => {
        const vars = variant === 0 ? values : undefined;
        return { content, key, keyDigest, group, file, line, split, variant, vars };
      });
    } catch (error) {
      unrendered.add(renderProblem(error, locate(file, line)));
      return nothing;
    }
  };
  return {
    givesParts: !ready && templates !== undefined && givesParts(templates, pipeline),
    make,
    async end(missing, keyAt) {
      const repeated = await repeatedKeys({ keys, places, locate, keyAt });
      return {
        problems:
          missing.length > 0
            ? [...missing, ...repeated, ...problems.all()]
            : [...repeated, ...keyless.all(), ...problems.all(), ...unrendered.all()],
        warnings: warnings.all(),
        collapsed,
        ties,
      };
    },
  };
}

/** Keys that came before, told at once. (Without a key column, equal rows have equal keys and are met as duplicate examples.) */
async function repeatedKeys({
  keys,
  places,
  locate,
  keyAt,
}: {
  readonly keys: DigestLog;
  readonly places: PlaceBook;
  readonly locate: MakerSettings["locate"];
  readonly keyAt: (place: Place) => Promise<string | undefined>;
}): Promise<readonly Problem[]> {
  const list = problemList();
  let first: { readonly now: Place; readonly before: Place } | undefined;
  keys.repeated((now, before) => {
    const place = places.at(now);
    first ??= { now: place, before: places.at(before) };
    const location = locate(place.file, place.line);
    list.add(problem("error", "KEY_DUPLICATE", "The key was used before.", { location }), "key used before");
  });
  if (first === undefined) return [];
  const key = await keyAt(first.now);
  const what = key === undefined ? "The key" : `The key ${quote(key)}`;
  const message = `${what} was used before, at ${formatLocation(locate(first.before.file, first.before.line))}.`;
  const hint = "source.key names a row for good: make its values unique, or choose another column.";
  return list
    .all()
    .map((all) => ({ ...all, ...problem("error", "KEY_DUPLICATE", message, { hint, location: all.location }) }));
}

/** What became of a row. */
type RenderedRow =
  | {
      readonly examples: readonly RenderedExample[];
      readonly collapsed: number;
      /** Why an example is missing, whose answers are equally good. */
      readonly tie?: string;
    }
  | { readonly fault: FormatFault };

/** What is wrong with a row that could be rendered: it does not say which answer it prefers. */
function refusalOf(made: RenderedRow, preference: Preference | undefined): FormatFault | undefined {
  if ("fault" in made) return made.fault;
  return made.tie === undefined || preference?.tie === "drop" ? undefined : tieFault(made.tie);
}

function givesParts({ messages, preference }: LoadedTemplates, { training }: Pipeline): boolean {
  return training.method !== "reinforcement" && preference === undefined && plainChat(messages) !== undefined;
}

type RowRenderer = (
  values: PlacedRow["values"],
  settings: { readonly key: string; readonly variants: number },
) => RenderedRow;

function rowRenderer(
  { messages, tools, preference, item = [] }: LoadedTemplates,
  { dataset: to, training }: Pipeline,
): RowRenderer {
  const { seed } = to;
  if (training.method === "reinforcement") {
    return (values, { key, variants }) => {
      const examples = renderItems({ messages, item }, values, { seed, key, variants });
      return { examples, collapsed: variants - examples.length };
    };
  }
  if (preference === undefined || to.preference === undefined) {
    const renderChats = chatRenderer({ messages, tools });
    return (values, { key, variants }) => {
      const examples = renderChats(values, { seed, key, variants });
      return { examples, collapsed: variants - examples.length };
    };
  }
  const read = choiceReader(preference, to.preference);
  const { answers } = preference;
  return (values, { key, variants }) => {
    const choice = read(values);
    if ("fault" in choice) return choice;
    if ("tie" in choice) return { examples: [], collapsed: 0, tie: choice.tie };
    const rendered = renderPreference({ messages, tools, answers }, values, { seed, key, variants, ...choice });
    const examples = rendered.filter(({ content }) => !isTie(content));
    const collapsed = variants - rendered.length;
    return examples.length === rendered.length ? { examples, collapsed } : { examples, collapsed, tie: sameAnswers };
  };
}

function equalVariants(location: Location): Problem {
  const hint = "Give {{pick}} more to choose from, or lower dataset.variants. Equal ones are trained on once.";
  return problem("warning", "EXAMPLE_VARIANTS_EQUAL", "Variants of the row say the same.", { hint, location });
}

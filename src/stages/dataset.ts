import type { ChatMessage } from "../core/chat.ts";
import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { jsonLinesWriter, readJsonLines } from "../core/json-lines.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { type ProblemList, problemList } from "../core/problem-list.ts";
import { columnProblems } from "../dataset/columns.ts";
import type { Example, SourceRow } from "../dataset/example.ts";
import { nameFile, rowLocator } from "../dataset/files.ts";
import { type LoadedTemplates, loadTemplates } from "../dataset/load-templates.ts";
import { renderProblem, renderRow, rowGroup, rowKey } from "../dataset/render-rows.ts";
import { compileRowSchema, type RowCheck } from "../dataset/row-schema.ts";
import { quote } from "../dataset/rules/rule.ts";
import { type Place, placeBook, seenTable } from "../dataset/seen.ts";
import { source, sourceDefinition } from "./source.ts";
import { defineStage, type World } from "./world.ts";

export interface DatasetValue {
  readonly examples: number;
  readonly rows: number;
  readonly variants: number;
  /** Variants left out because they said the same as another of their row. */
  readonly collapsed: number;
}

/** Turns each row into examples, by the templates. */
export const dataset = defineStage({
  name: "dataset",
  version: 1,
  effect: "local",
  needs: { source },
  settings: async (world) => {
    const { source: from, dataset: to } = world.pipeline;
    const { files } = await openTemplates(world);
    const schema = await readRowSchema(world);
    return {
      seed: to.seed,
      variants: to.variants,
      messages: to.messages.map(({ role, content, weight }) => ({ role, content, weight })),
      templates: files,
      key: from.key,
      allow_empty: from.allow_empty,
      group_by: to.split.group_by,
      schema: schema === undefined ? undefined : sha256(schema.text),
    };
  },
  run: async ({ world, inputs, create, warn, signal }) => {
    const { columns } = inputs.source.value;
    const templates = await openTemplates(world);
    const output = await create("examples.jsonl");
    const lines = jsonLinesWriter((chunk) => output.write(chunk));
    const problems = problemList();
    const missing = columnProblems(world.loaded, templates, columns);
    for (const wrong of missing) problems.add(wrong);
    const warnings = problemList();
    const toExamples = await exampleMaker(world, missing.length === 0 ? templates : undefined, {
      problems,
      warnings,
      columns,
    });
    const count = { examples: 0, rows: 0, collapsed: 0 };
    for await (const row of readJsonLines<SourceRow>(world.ports.files, inputs.source.files.rows.path)) {
      signal.throwIfAborted();
      const { examples, collapsed } = toExamples(row);
      count.rows++;
      count.examples += examples.length;
      count.collapsed += collapsed;
      for (const example of examples) await lines.add(example);
    }
    throwIfErrors(problems.all());
    for (const warning of warnings.all()) warn(warning);
    await lines.end();
    const value: DatasetValue = { ...count, variants: world.pipeline.dataset.variants };
    return { value, files: { examples: await output.finish() } };
  },
  describe: ({ examples, rows, variants }) => {
    const count = (value: number, word: string) => `${value.toLocaleString("en-US")} ${word}${value === 1 ? "" : "s"}`;
    return {
      text: `${count(examples, "example")} from ${count(rows, "row")}${variants === 1 ? "" : ` × ${variants}`}`,
    };
  },
});

function openTemplates({ loaded, ports }: World): Promise<LoadedTemplates> {
  return loadTemplates(loaded.pipeline.dataset.messages, { loaded, files: ports.files });
}

async function readRowSchema({
  loaded,
  ports,
}: World): Promise<{ readonly text: string; readonly name: string } | undefined> {
  const { schema } = loaded.pipeline.source;
  if (schema === undefined) return undefined;
  const { path, displayPath } = await nameFile(schema, {
    loaded,
    files: ports.files,
    pointer: "/source/schema",
    missing: "PATH_INVALID",
  });
  return { text: await ports.files.readText(path), name: displayPath };
}

interface Lists {
  readonly problems: ProblemList;
  readonly warnings: ProblemList;
  readonly columns: readonly string[];
}

/**
 * Checks a row and makes its examples; what is wrong goes to the lists, and the row yields none.
 * @param templates Undefined if they can't be rendered: rows are then only checked.
 */
async function exampleMaker(
  world: World,
  templates: LoadedTemplates | undefined,
  { problems, warnings, columns }: Lists,
) {
  const { source: from, dataset: to } = world.pipeline;
  const definition = sourceDefinition(world);
  const locate = await rowLocator(world.loaded, world.ports.files);
  const checkRow = await rowCheck(world);
  // A key column that is missing was told with the columns, not once more for each row.
  const keyColumn = from.key !== undefined && columns.includes(from.key) ? from.key : undefined;
  const findDuplicate = duplicateKeys(keyColumn);
  const nothing = { examples: [], collapsed: 0 };

  return ({
    values,
    file,
    line,
    split,
  }: SourceRow): { readonly examples: readonly Example[]; readonly collapsed: number } => {
    const location = locate(file, line);
    const fail = (wrong: Problem, kind?: string) => {
      problems.add(wrong, kind);
      return nothing;
    };
    const key = rowKey(values, keyColumn);
    if (key === undefined) {
      const hint = "Every row needs a value in the column that source.key names.";
      return fail(problem("error", "KEY_MISSING", `The row has no key: "${keyColumn}" is empty.`, { hint, location }));
    }
    const before = findDuplicate(key, file, line);
    if (before !== undefined) {
      const first = formatLocation(locate(before.file, before.line));
      const hint = "source.key names a row for good: make its values unique, or choose another column.";
      return fail(
        problem("error", "KEY_DUPLICATE", `The key ${quote(key)} was used before, at ${first}.`, { hint, location }),
        "key used before",
      );
    }
    const faults = checkRow?.check(values) ?? [];
    for (const fault of faults) {
      const hint = `Correct the row, or ${checkRow?.name}.`;
      problems.add(problem("error", "ROW_INVALID", `The row breaks its schema: ${fault}.`, { hint, location }));
    }
    if (faults.length > 0) return nothing;
    const group = rowGroup(values, to.split.group_by, key);
    const place = { key, group, file, line, ...(split === undefined ? {} : { split }) };
    if (definition.yields === "examples") {
      // The source only knows that it is a list; the checks judge what is in it.
      const messages = values["messages"] as readonly ChatMessage[];
      return { examples: [{ ...place, variant: 0, messages, vars: {} }], collapsed: 0 };
    }
    if (templates === undefined) return nothing;
    const variants = split === undefined ? to.variants : 1; // held-out rows are used once
    try {
      const rendered = renderRow(templates.messages, values, { seed: to.seed, key, variants });
      const collapsed = variants - rendered.length;
      if (collapsed > 0) warnings.add(equalVariants(location), "equal variants");
      const examples = rendered.map(({ variant, messages }) => ({
        ...place,
        variant,
        messages,
        ...(variant === 0 ? { vars: values } : {}),
      }));
      return { examples, collapsed };
    } catch (error) {
      return fail(renderProblem(error, location));
    }
  };
}

function equalVariants(location: Location): Problem {
  const hint = "Give {{pick}} more to choose from, or lower dataset.variants. Equal ones are trained on once.";
  return problem("warning", "EXAMPLE_VARIANTS_EQUAL", "Variants of the row say the same.", { hint, location });
}

async function rowCheck(world: World): Promise<{ readonly check: RowCheck; readonly name: string } | undefined> {
  const schema = await readRowSchema(world);
  if (schema === undefined) return undefined;
  const location = world.loaded.locate("/source/schema");
  const textCells = sourceDefinition(world).textCells === true;
  return { check: compileRowSchema(schema.text, { location, name: schema.name, textCells }), name: schema.name };
}

/** Finds keys that came before; without a key column, equal rows have equal keys and are met as duplicate examples. */
function duplicateKeys(keyColumn: string | undefined) {
  const seen = seenTable();
  const places = placeBook();
  return (key: string, file: string, line: number): Place | undefined => {
    if (keyColumn === undefined) return undefined;
    const before = seen.remember(key, places.add(file, line));
    return before === undefined ? undefined : places.at(before);
  };
}

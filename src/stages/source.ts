import { FtpipeError, type Problem, throwIfErrors } from "../core/errors.ts";
import { jsonLinesWriter } from "../core/json-lines.ts";
import type { OptionsOf, OptionsSchema } from "../core/options-schema.ts";
import { templateProblems } from "../dataset/columns.ts";
import type { SourceRow } from "../dataset/example.ts";
import { type DataFile, dataFiles } from "../dataset/files.ts";
import { hashFile } from "../run/cache.ts";
import { sourcesByType } from "../sources/index.ts";
import type { SourceDefinition } from "../sources/source.ts";
import { compileWhere } from "../sources/where.ts";
import { defineStage, type World } from "./world.ts";

export interface SourceValue {
  readonly rows: number;
  /** Rows of all files that `where` left out. */
  readonly filtered?: number;
  /** Rows of a split's own file. */
  readonly validation?: number;
  readonly test?: number;
  /** Every key that a row has, in the order of first sight. */
  readonly columns: readonly string[];
  /** The source's file, relative to the root; of several the first, and how many there are. */
  readonly path: string;
}

/** The definition of the pipeline's source. */
export function sourceDefinition({ pipeline }: Pick<World, "pipeline">): SourceDefinition {
  const definition = sourcesByType[pipeline.source.type];
  if (definition === undefined)
    throw new Error(`no source ${pipeline.source.type} is registered, yet the pipeline is valid`);
  return definition;
}

/** The options that are the source's own. */
function ownOptions(world: Pick<World, "pipeline">): OptionsOf<OptionsSchema> {
  const names = Object.keys(sourceDefinition(world).options.properties);
  return Object.fromEntries(Object.entries(world.pipeline.source).filter(([name]) => names.includes(name)));
}

/** Reads the rows: of the source's file, and of the splits that have a file of their own. */
export const source = defineStage({
  name: "source",
  version: 1,
  effect: "local",
  needs: {},
  settings: async (world) => {
    const { loaded, ports } = world;
    const files = [];
    for (const { path, rootPath, split } of await dataFiles(loaded, ports.files)) {
      files.push({
        path: rootPath,
        ...(split === undefined ? {} : { split }),
        sha256: await hashFile(ports.files, path),
      });
    }
    const { type, where, limit } = world.pipeline.source;
    return { type, options: ownOptions(world), ...(where.length === 0 ? {} : { where }), limit, files };
  },
  run: async ({ world, create, warn, signal }) => {
    const { loaded, ports } = world;
    const output = await create("rows.jsonl");
    const lines = jsonLinesWriter((chunk) => output.write(chunk));
    const columns = new Set<string>();
    const counts = { rows: 0, validation: 0, test: 0 };
    const { where, limit = Number.POSITIVE_INFINITY } = world.pipeline.source;
    const isWanted = compileWhere(where);
    let filtered = 0;
    const files = await dataFiles(loaded, ports.files);
    const problems: Problem[] = [];
    const alike = columnsAlike();
    for (const { split, rootPath, ...file } of files) {
      if (split === undefined && counts.rows === limit) continue;
      let first = true;
      try {
        for await (const { values, location } of readRows(world, file, warn)) {
          signal.throwIfAborted();
          for (const column of Object.keys(values)) columns.add(column);
          if (first && sourceDefinition(world).textCells === true) alike(Object.keys(values), file.displayPath);
          first = false;
          if (!isWanted(values)) {
            filtered++;
            continue;
          }
          counts[split ?? "rows"]++;
          const row: SourceRow = {
            values,
            file: rootPath,
            line: location.line ?? 1,
            ...(split === undefined ? {} : { split }),
          };
          await lines.add(row);
          if (split === undefined && counts.rows === limit) break;
        }
      } catch (error) {
        if (!(error instanceof FtpipeError) || error.exitCode !== 2) throw error;
        problems.push(...error.problems);
      }
    }
    if (problems.length > 0) {
      const known = columns.size === 0 ? undefined : [...columns];
      throwIfErrors([...problems, ...(await templateProblems({ loaded, files: ports.files }, known))]);
    }
    if (counts.rows === 0 && filtered > 0) {
      throwIfErrors(await templateProblems({ loaded, files: ports.files }, [...columns])); // perhaps a column's name
      throw nothingLeft(world, filtered);
    }
    await lines.end();
    const has = (split: DataFile["split"]) => files.some((file) => file.split === split);
    const value: SourceValue = {
      rows: counts.rows,
      ...(filtered === 0 ? {} : { filtered }),
      ...(has("validation") ? { validation: counts.validation } : {}),
      ...(has("test") ? { test: counts.test } : {}),
      columns: [...columns],
      path: mainPath(files),
    };
    return { value, files: { rows: await output.finish() } };
  },
  describe: ({ rows, filtered = 0, validation = 0, test = 0, path }) => {
    const extra = [
      validation > 0 ? `${validation} for validation` : "",
      test > 0 ? `${test} for the test` : "",
      filtered > 0 ? `${filtered.toLocaleString("en-US")} left out by where` : "",
    ].filter((text) => text !== "");
    const word = rows === 1 ? "row" : "rows";
    return { text: [`${rows.toLocaleString("en-US")} ${word}`, ...extra].join(", "), note: path };
  },
});

/** The source's file; of several the first and how many. */
function mainPath(files: readonly DataFile[]): string {
  const [first, ...others] = files.filter(({ split }) => split === undefined);
  const path = first?.rootPath ?? "";
  return others.length === 0 ? path : `${path} and ${others.length} more`;
}

/** Looks whether all tables have the same columns; a cell that one of them lacks would be an empty one. */
function columnsAlike() {
  let known: { readonly columns: readonly string[]; readonly file: string } | undefined;
  return (columns: readonly string[], file: string): void => {
    known ??= { columns, file };
    const missing = known.columns.find((column) => !columns.includes(column));
    const added = columns.find((column) => !known?.columns.includes(column));
    if (missing === undefined && added === undefined) return;
    const told = missing === undefined ? `a column "${added}" that` : `no column "${missing}", which`;
    const ending = missing === undefined ? "has not" : "has";
    throw new FtpipeError("SOURCE_INVALID", `The header has ${told} ${known.file} ${ending}.`, {
      hint: "All files of a source have the same columns, in any order.",
      location: { file, line: 1 },
    });
  };
}

function nothingLeft(world: World, filtered: number): FtpipeError {
  return new FtpipeError("SOURCE_EMPTY", `None of the ${filtered} rows meets source.where.`, {
    hint: "Conditions are compared with the cells' whole text; every one of them must hold.",
    location: world.loaded.locate("/source/where"),
  });
}

function readRows(world: World, file: Pick<DataFile, "path" | "displayPath">, warn: (warning: Problem) => void) {
  return sourceDefinition(world).read(ownOptions(world), {
    path: file.path,
    displayPath: file.displayPath,
    files: world.ports.files,
    warn,
  });
}

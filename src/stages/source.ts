import { FtpipeError, type Problem, throwIfErrors } from "../core/errors.ts";
import { jsonLinesWriter } from "../core/json-lines.ts";
import type { OptionsOf, OptionsSchema } from "../core/options-schema.ts";
import { templateProblems } from "../dataset/columns.ts";
import type { SourceRow } from "../dataset/example.ts";
import { type DataFile, dataFiles } from "../dataset/files.ts";
import { hashFile } from "../run/cache.ts";
import { sourcesByType } from "../sources/index.ts";
import type { SourceDefinition } from "../sources/source.ts";
import { defineStage, type World } from "./world.ts";

export interface SourceValue {
  readonly rows: number;
  /** Rows of a split's own file. */
  readonly validation?: number;
  readonly test?: number;
  /** Every key that a row has, in the order of first sight. */
  readonly columns: readonly string[];
  /** The source's file, relative to the root. */
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
    return { type: world.pipeline.source.type, options: ownOptions(world), files };
  },
  run: async ({ world, create, warn, signal }) => {
    const { loaded, ports } = world;
    const output = await create("rows.jsonl");
    const lines = jsonLinesWriter((chunk) => output.write(chunk));
    const columns = new Set<string>();
    const counts = { rows: 0, validation: 0, test: 0 };
    const files = await dataFiles(loaded, ports.files);
    const problems: Problem[] = [];
    for (const { split, rootPath, ...file } of files) {
      try {
        for await (const { values, location } of readRows(world, file, warn)) {
          signal.throwIfAborted();
          for (const column of Object.keys(values)) columns.add(column);
          counts[split ?? "rows"]++;
          const row: SourceRow = {
            values,
            file: rootPath,
            line: location.line ?? 1,
            ...(split === undefined ? {} : { split }),
          };
          await lines.add(row);
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
    await lines.end();
    const has = (split: DataFile["split"]) => files.some((file) => file.split === split);
    const value: SourceValue = {
      rows: counts.rows,
      ...(has("validation") ? { validation: counts.validation } : {}),
      ...(has("test") ? { test: counts.test } : {}),
      columns: [...columns],
      path: files[0]?.rootPath ?? "",
    };
    return { value, files: { rows: await output.finish() } };
  },
  describe: ({ rows, validation = 0, test = 0, path }) => {
    const extra = [validation > 0 ? `${validation} for validation` : "", test > 0 ? `${test} for the test` : ""].filter(
      (text) => text !== "",
    );
    const word = rows === 1 ? "row" : "rows";
    return { text: [`${rows.toLocaleString("en-US")} ${word}`, ...extra].join(", "), note: path };
  },
});

function readRows(world: World, file: Pick<DataFile, "path" | "displayPath">, warn: (warning: Problem) => void) {
  return sourceDefinition(world).read(ownOptions(world), {
    path: file.path,
    displayPath: file.displayPath,
    files: world.ports.files,
    warn,
  });
}

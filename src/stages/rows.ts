import { FtpipeError, type Problem } from "../core/errors.ts";
import type { OptionsOf, OptionsSchema } from "../core/options-schema.ts";
import type { HeldOutSplit } from "../dataset/example.ts";
import { dataFiles } from "../dataset/files.ts";
import type { PlacedRow } from "../dataset/make-examples.ts";
import { sourcesByType } from "../sources/index.ts";
import type { Row, SourceDefinition } from "../sources/source.ts";
import { compileWhere } from "../sources/where.ts";
import { type GroupedRow, refuseOwnTurns, rowGroups, turnsColumn } from "./group-rows.ts";
import type { World } from "./world.ts";

/** The definition of the pipeline's source. */
export function sourceDefinition({ pipeline }: Pick<World, "pipeline">): SourceDefinition {
  const definition = sourcesByType[pipeline.source.type];
  if (definition === undefined)
    throw new Error(`no source ${pipeline.source.type} is registered, yet the pipeline is valid`);
  return definition;
}

/** The options that are the source's own. */
export function ownOptions(world: Pick<World, "pipeline">): OptionsOf<OptionsSchema> {
  const names = Object.keys(sourceDefinition(world).options.properties);
  return Object.fromEntries(Object.entries(world.pipeline.source).filter(([name]) => names.includes(name)));
}

/** Some rows of one file, in its order. */
export interface RowBatch {
  readonly rows: readonly (Row | GroupedRow)[];
  /** Relative to the root. */
  readonly file: string;
  /** Of a split's own file. */
  readonly split: HeldOutSplit | undefined;
}

/** The rows of a batch with their places. */
export function placedRows({ rows, file, split }: RowBatch): readonly PlacedRow[] {
  return rows.map((row) => {
    const line = lineOf(row);
    if (!("members" in row)) return { values: row.values, file, line, split };
    const members = row.members.map((member) => ({ values: member.values, line: lineOf(member) }));
    return { values: row.values, file, line, split, members };
  });
}

const lineOf = ({ location }: Row): number => location.line ?? 1;

/** What is learnt of the rows while they are read. */
export interface RowTally {
  /** Every key that a row has, in the order of first sight. */
  readonly columns: Set<string>;
  readonly counts: { rows: number; validation: number; test: number };
  /** Rows that `where` left out. */
  filtered: number;
  /** What is wrong with the files; those that can be read are read to their end. */
  readonly problems: Problem[];
}

export function rowTally(): RowTally {
  return { columns: new Set(), counts: { rows: 0, validation: 0, test: 0 }, filtered: 0, problems: [] };
}

/**
 * Reads the rows that the pipeline wants: of the source's file, and of the splits that have a file of their own.
 * @param tally Filled on the way.
 */
export async function* sourceRows(
  world: World,
  tally: RowTally,
  warn: (warning: Problem) => void,
): AsyncGenerator<RowBatch, void, undefined> {
  const { loaded, ports } = world;
  const { where, group, limit: most = Number.POSITIVE_INFINITY } = world.pipeline.source;
  // Of groups, those are counted, once all their rows are there.
  const limit = group === undefined ? most : Number.POSITIVE_INFINITY;
  const groups = group === undefined ? undefined : rowGroups(group);
  const isWanted = where.length === 0 ? undefined : compileWhere(where);
  const definition = sourceDefinition(world);
  const alike = columnsAlike();
  const { columns, counts } = tally;
  for (const { split, rootPath, path, displayPath } of await dataFiles(loaded, ports.files)) {
    if (split === undefined && counts.rows >= limit) continue;
    let isFirst = true;
    const context = { path, displayPath, files: ports.files, warn };
    try {
      for await (const some of definition.read(ownOptions(world), context)) {
        // All rows of a table have its columns.
        for (const { values } of definition.textCells === true ? some.slice(0, isFirst ? 1 : 0) : some) {
          for (const column of Object.keys(values)) columns.add(column);
        }
        if (isFirst && definition.textCells === true) alike(Object.keys(some[0]?.values ?? {}), displayPath);
        isFirst = false;
        const rows: Row[] = [];
        for (const row of some) {
          if (split === undefined && counts.rows + rows.length >= limit) break;
          if (isWanted === undefined || isWanted(row.values)) rows.push(row);
          else tally.filtered++;
        }
        if (groups !== undefined) {
          for (const row of rows) {
            const wrong = groups.add(row, { file: rootPath, split });
            if (wrong !== undefined && columns.has(group?.by ?? "")) tally.problems.push(wrong);
          }
          continue;
        }
        counts[split ?? "rows"] += rows.length;
        if (rows.length > 0) yield { rows, file: rootPath, split };
        if (split === undefined && counts.rows >= limit) break;
      }
    } catch (error) {
      if (!(error instanceof FtpipeError) || error.exitCode !== 2) throw error;
      tally.problems.push(...error.problems);
    }
  }
  if (groups === undefined) return;
  refuseOwnTurns(columns, loaded.locate("/source/group"));
  columns.add(turnsColumn);
  for (const batch of groups.end()) {
    if (batch.split === undefined && counts.rows >= most) continue;
    counts[batch.split ?? "rows"] += batch.rows.length;
    yield batch;
  }
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

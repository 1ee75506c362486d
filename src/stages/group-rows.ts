import type { Group } from "../config/pipeline.gen.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { isEmptyCell, scalarText } from "../dataset/template-values.ts";
import type { Row } from "../sources/source.ts";
import type { RowBatch } from "./rows.ts";

/** The column of a group with the list of its rows. */
export const turnsColumn = "turns";

/** A row made of several. */
export interface GroupedRow extends Row {
  /** Those that it was made of, in their order. */
  readonly members: readonly Row[];
}

/** Gathers rows by the value of a column. They are all held until the last is there. */
export interface RowGroups {
  /** @returns What is wrong with a row, whose group is empty. */
  add(row: Row, place: Pick<RowBatch, "file" | "split">): Problem | undefined;
  /** A row for each group, in the order of their first rows. */
  end(): readonly RowBatch[];
}

export function rowGroups({ by, order_by: orderBy }: Group): RowGroups {
  const groups = new Map<string, { readonly members: Row[]; readonly place: Pick<RowBatch, "file" | "split"> }>();
  return {
    add(row, place) {
      const value = row.values[by];
      const key = isEmptyCell(value) ? undefined : scalarText(value);
      if (key === undefined) {
        const hint = "Every row needs a value in the column that source.group.by names.";
        return problem("error", "KEY_MISSING", `The row has no group: "${by}" is empty.`, {
          hint,
          location: row.location,
        });
      }
      const name = `${place.split ?? ""} ${key}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, { members: [row], place });
      else group.members.push(row);
      return undefined;
    },
    end: () =>
      [...groups.values()].map(({ members, place }) => {
        const ordered = orderBy === undefined ? members : inOrder(members, orderBy);
        const first = ordered[0] as Row;
        const values = { ...first.values, [turnsColumn]: ordered.map((row) => row.values) };
        // The place is that of the row that stands first in the file.
        const row: GroupedRow = { values, location: members[0]?.location ?? first.location, members: ordered };
        return { rows: [row], ...place };
      }),
  };
}

/** Sorted by a column: as numbers if all are, else as texts; equal ones stay as they stand. */
function inOrder(rows: readonly Row[], column: string): readonly Row[] {
  const cells = rows.map((row) => ({ row, text: scalarText(row.values[column]) ?? "" }));
  const isNumber = cells.every(({ text }) => text.trim() !== "" && Number.isFinite(Number(text)));
  const compare = (a: string, b: string): number => {
    if (isNumber) return Number(a) - Number(b);
    return a < b ? -1 : a > b ? 1 : 0;
  };
  return cells.sort((a, b) => compare(a.text, b.text)).map(({ row }) => row);
}

/** @throws FtpipeError PIPELINE_INVALID where the source has a column of that name itself. */
export function refuseOwnTurns(columns: ReadonlySet<string>, location: Location): void {
  if (!columns.has(turnsColumn)) return;
  throw new FtpipeError("PIPELINE_INVALID", `The source has a column "${turnsColumn}" of its own.`, {
    hint: "source.group gives the rows of a group that name: rename the column.",
    location,
  });
}

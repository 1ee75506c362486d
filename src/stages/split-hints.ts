import type { Pipeline } from "../config/pipeline.gen.ts";
import { plural } from "../core/units.ts";
import type { ChecksValue, SourceValue } from "./pass-outcomes.ts";

const usual =
  "Add rows, lower the shares of dataset.split, or raise dataset.variants; 50 to 100 examples are a good start.";

/** Why so few examples are left to train on, as far as the stages before know, and what to do. */
export function fewExamplesHint(
  { source: { limit }, dataset: { split } }: Pipeline,
  { filtered = 0 }: SourceValue,
  { dropped }: ChecksValue,
): string {
  const reasons = [
    ...(filtered === 0 ? [] : [`source.where left out ${plural(filtered, "row")}.`]),
    ...(limit === undefined ? [] : [`source.limit takes no more than ${plural(limit, "row")}.`]),
    ...dropped.map(({ rule, examples }) => `The rule ${rule} dropped ${plural(examples, "example")}.`),
    ...(split.group_by === undefined ? [] : [groupReason(split.group_by)]),
  ];
  return [...reasons, usual].join(" ");
}

/** Why a split that takes a share of the rows has none. */
export function emptyShareHint({ dataset: { split } }: Pipeline): string {
  const hint = "Raise the share, or add rows: with few rows, a share may hold none by chance.";
  return split.group_by === undefined ? hint : `${groupReason(split.group_by)} ${hint}`;
}

function groupReason(column: string): string {
  return `Rows of one group stay together (dataset.split.group_by: ${column}).`;
}

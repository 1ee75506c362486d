import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileRowSchema } from "../../../src/dataset/row-schema.ts";

const text = readFileSync(new URL("../../../schemas/release.schema.json", import.meta.url), "utf8");
const check = compileRowSchema(text, { location: { file: "" }, name: "release.schema.json", textCells: true });

/** A row with changes of these kinds, the most important first. */
function rowOf(...kinds: readonly string[]): Readonly<Record<string, string>> {
  const columns = ["lead", "second", "third", "fourth", "fifth"].flatMap((column, place) => {
    const kind = kinds[place] ?? "";
    return [
      [`${column}_kind`, kind],
      [column, kind === "" ? "" : `a ${kind} thing`],
    ];
  });
  return { release: "Inkpot 2.4", product: "Inkpot", ...Object.fromEntries(columns) };
}

test.each([
  [["security", "removed", "added", "fixed", "internal"]],
  [["security", "removed", "added", "added"]],
  [["security", "added", "fixed", "fixed", "internal"]],
  [["removed", "fixed", "internal", "internal"]],
  [["added", "fixed", "internal"]],
])("a release of %j is in the order of the system prompt", (kinds) => {
  expect(check(rowOf(...kinds))).toEqual([]);
});

test.each([
  [["added", "security", "fixed"], "security first"],
  [["added", "removed", "fixed"], "removals before additions"],
  [["fixed", "added", "internal"], "additions before fixes"],
  [["removed", "removed", "fixed"], "two of the lead's rank"],
  [["security", "added", "added"], "another of the second's rank"],
  [["security", "fixed", "added"], "a third that ranks above the second"],
  [["removed", "fixed", "internal", "fixed"], "a fourth of the second's rank"],
  [["security", "fixed", "internal", "internal", "added"], "a fifth that ranks above the second"],
  [["added", "internal", "internal"], "upkeep in the summary"],
  [["security", "removed"], "fewer than three changes"],
])("a release of %j is refused: %s", (kinds) => {
  expect(check(rowOf(...kinds)).length).toBeGreaterThan(0);
});

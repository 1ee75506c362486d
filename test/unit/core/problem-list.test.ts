import { expect, test } from "vitest";
import { placesOf, problem } from "../../../src/core/errors.ts";
import { problemList } from "../../../src/core/problem-list.ts";

test("a kind of problem is kept once, with so many places; the rest is counted", () => {
  const list = problemList();
  for (let line = 1; line <= 300; line++) {
    list.add(problem("error", "RULE_BROKEN", "Too long.", { location: { file: "a.csv", line } }));
  }
  list.add(problem("warning", "SPLIT_EMPTY", "No row."));
  const [broken, empty] = list.all();
  expect(broken).toMatchObject({ message: "Too long.", location: { line: 1 }, unlisted: 99 });
  expect(broken?.alsoAt?.map(({ line }) => line)).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
  expect([broken, empty].map((one) => (one === undefined ? 0 : placesOf(one)))).toEqual([300, 1]);
  expect(list.places).toBe(301);
});

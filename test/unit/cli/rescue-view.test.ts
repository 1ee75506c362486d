import { expect, test } from "vitest";
import { tooLittle } from "../../../src/cli/rescue-view.ts";
import type { RescuePlan } from "../../../src/stages/rescue.ts";

const planOf = (cases: number, heldOut: number) => {
  const question = { askedAs: "case" } as RescuePlan["questions"][number];
  return { questions: Array.from({ length: cases }, () => question), heldOut };
};

test.each([
  { cases: 3, heldOut: 0, says: "no held-out prompts: write an evaluation first (docs/leaving-openai.md)" },
  { cases: 3, heldOut: 3, says: undefined },
  { cases: 20, heldOut: 0, says: undefined },
])("$cases cases and $heldOut held-out rows: $says", ({ cases, heldOut, says }) => {
  expect(tooLittle(planOf(cases, heldOut))).toBe(says);
});

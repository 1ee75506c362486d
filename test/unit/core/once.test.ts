import { expect, test } from "vitest";
import { onceByKey } from "../../../src/core/once.ts";

test("equal work is done once, also while it is under way", async () => {
  const once = onceByKey();
  let times = 0;
  const work = async () => {
    await Promise.resolve();
    return ++times;
  };
  expect(await Promise.all([once("a", work), once("a", work), once("b", work)])).toEqual([1, 1, 2]);
  expect(await once("a", work)).toBe(1);
});

test("work that failed is done again", async () => {
  const once = onceByKey();
  await expect(once("a", () => Promise.reject(new Error("not yet")))).rejects.toThrow("not yet");
  expect(await once("a", async () => "now")).toBe("now");
});

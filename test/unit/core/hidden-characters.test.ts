import { expect, test } from "vitest";
import { hiddenDifference, showCharacter } from "../../../src/core/hidden-characters.ts";

test.each([
  ["town", "town\u200b", "U+200B (zero width space)"],
  ["\ufefftown", "town", "U+FEFF (byte order mark)"],
  ["unit price", "unit\u00a0price", "U+00A0 (no-break space)"],
  ["cit\u00e9", "cite\u0301", "U+0301"],
  ["town", "town ", "white space at an end"],
  ["a\u200bb", "ab\u200b", "are not"],
])("%j and %j look the same: what differs is named", (word, other, wanted) => {
  expect(hiddenDifference(word, other)).toContain(wanted);
});

test.each([
  ["town", "town"],
  ["town", "twon"],
  ["unitprice", "unit\u00a0price"],
  ["cite", "cit\u00e9"],
])("%j and %j can be told apart, or are the same", (word, other) => {
  expect(hiddenDifference(word, other)).toBeUndefined();
});

test("a character is shown as it is, or by its name", () => {
  expect(["x", "é", "\t", "\u001b", "\u2060"].map(showCharacter)).toEqual([
    '"x"',
    '"é"',
    "U+0009 (tab)",
    "U+001B (escape)",
    "U+2060 (word joiner)",
  ]);
});

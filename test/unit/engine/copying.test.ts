import { expect, test } from "vitest";
import { copyKinds, createCopyContext } from "../../../src/engine/copying.ts";
import { special } from "../../../src/engine/tokenizer.ts";

const [a, b, c, d, e] = [10, 11, 12, 13, 14] as const;
const presentEarlier = 4;
const presentHere = 9;

function suggest(tokens: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const context = createCopyContext(tokens.length);
  for (const token of tokens) context.push(token);
  return new Map(context.suggestions().map(({ kind, tokens: suggested }) => [kind, suggested]));
}

test("the token that followed the same token in an earlier message is suggested", () => {
  expect(suggest([special.user, a, b, special.assistant, a]).get(0)).toEqual([b]);
});

test("the longest match wins over a more recent shorter one", () => {
  const suggestions = suggest([special.user, a, b, c, d, b, e, special.assistant, a, b]);
  expect(suggestions.get(1)).toEqual([c]);
  expect(suggestions.get(0)).toBeUndefined();
});

test("of equally long matches the most recent wins", () => {
  expect(suggest([special.user, a, b, a, c, special.assistant, a]).get(0)).toEqual([c]);
});

test("a match in the answer itself is another kind than one in the question", () => {
  const suggestions = suggest([special.user, a, b, special.assistant, a, c, a]);
  expect(suggestions.get(0)).toEqual([b]);
  expect(suggestions.get(5)).toEqual([c]);
});

test("matches are told apart up to four tokens", () => {
  const run = [a, b, c, d, e];
  expect(suggest([special.user, ...run, a, special.assistant, ...run]).get(3)).toEqual([a]);
});

test("presence lists distinct tokens of earlier messages and of this one", () => {
  const suggestions = suggest([special.user, a, b, a, special.assistant, b, c, c]);
  expect(suggestions.get(presentEarlier)).toEqual([special.user, a, b]);
  expect(suggestions.get(presentHere)).toEqual([special.assistant, b, c]);
  expect(Math.max(...suggestions.keys())).toBeLessThan(copyKinds);
});

test("a reset forgets the chat", () => {
  const context = createCopyContext(8);
  for (const token of [special.user, a, b]) context.push(token);
  context.reset();
  context.push(special.user);
  expect(context.suggestions()).toEqual([
    { kind: presentEarlier, tokens: [] },
    { kind: presentHere, tokens: [special.user] },
  ]);
});

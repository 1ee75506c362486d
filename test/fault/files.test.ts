import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "./faulty-ports.ts";
import { expectNothingLost, faultRig, inTurns, sharedEngine } from "./rig.ts";

const engine = sharedEngine();
afterAll(() => engine.end());

/** Method and path of every call of a run in which nothing fails. */
let calls: readonly string[] = [];
beforeAll(async () => {
  const rig = await faultRig(engine);
  const { counter, error } = await rig.run();
  await rig.remove();
  expect(error).toBeUndefined();
  calls = counter.names;
});

/** Numbers of those calls that the pattern fits, a repeated one once; every n-th of them. */
function numbersOf(pattern: RegExp, { from = 1, every = 1 } = {}): readonly number[] {
  const seen = new Set<string>();
  const numbers = calls.flatMap((name, index) => {
    if (index + 1 < from || seen.has(name) || !pattern.test(name)) return [];
    seen.add(name);
    return [index + 1];
  });
  return numbers.filter((_, index) => index % every === 0);
}

/** The first call after which something may have been created at the provider. */
const firstIntent = () => calls.findIndex((name) => name.startsWith("appendDurable")) + 1;

async function failEach(numbers: readonly number[], { times, effect }: Omit<Fault, "first">): Promise<void> {
  expect(numbers.length).toBeGreaterThan(1);
  await inTurns(numbers, async (first) => {
    const rig = await faultRig(engine);
    try {
      const run = await rig.run("files", { first, times, effect });
      expect(run.counter.failed).not.toEqual([]);
      await expectNothingLost(rig, run);
    } finally {
      await rig.remove();
    }
  });
}

const ours = /journal|lock\.yaml|cache|runs|train\.jsonl|validation\.jsonl/;

describe("a disk that fails one call loses nothing and buys nothing twice", { timeout: 120_000 }, () => {
  test("while the data is read and built", async () => {
    await failEach(
      numbersOf(/./, { every: 7 }).filter((number) => number < firstIntent()),
      { times: 1, effect: "none" },
    );
  });

  test("while the run is opened: its lock is given back", async () => {
    await failEach(
      calls.flatMap((name, index) =>
        /runs|locks|lock\.yaml/.test(name) && index + 1 < firstIntent() ? [index + 1] : [],
      ),
      { times: 1, effect: "none" },
    );
  });

  test("from the first intent on, in the run's own files", async () => {
    await failEach(numbersOf(ours, { from: firstIntent() }), { times: 1, effect: "none" });
  });

  test("in the files of the built-in server", async () => {
    await failEach(numbersOf(/\/serve\//, { every: 3 }), { times: 1, effect: "none" });
  });

  test("after the work was done: only its acknowledgement is missing", async () => {
    await failEach(numbersOf(/^(writeAtomic|commit|appendDurable) .*(journal|lock|cache)/, { from: firstIntent() }), {
      times: 1,
      effect: "done",
    });
  });

  test("in the middle of a journal entry", async () => {
    const entries = calls.flatMap((name, index) => (name.startsWith("appendDurable") ? [index + 1] : []));
    expect(entries).toHaveLength(6);
    await failEach(entries, { times: 1, effect: "half" });
  });
});

test("a disk that fails from some call on loses nothing and buys nothing twice", { timeout: 120_000 }, async () => {
  const { length } = calls;
  const starts = Array.from({ length: Math.ceil(length / 26) }, (_, index) => 1 + index * 26);
  await failEach(starts, { times: Number.POSITIVE_INFINITY, effect: "none" });
});

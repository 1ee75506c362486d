import { afterAll, expect, test } from "vitest";
import { baseOf } from "../../../src/engine/bases.ts";
import { encodeExamples, sequenceAt, trainedCount } from "../../../src/engine/examples.ts";
import { initialize, viewParameters } from "../../../src/engine/parameters.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { allocateMemory } from "../../../src/engine/shard.ts";
import { createTeamPool, type Team } from "../../../src/engine/team.ts";

const base = baseOf("ftpipe-nano");
const pool = createTeamPool(1);
afterAll(() => pool.close());

const chat = (question: string, answer: string) => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ] as const,
});
const { store } = await encodeExamples(base, [
  chat("A parcel?", "shipping"),
  chat("A bill?", "billing"),
  chat("Tell me of a kettle.", "This kettle sings in the morning and shines all day, and I would not part with it."),
]);
const trained = [0, 1, 2].map((index) => trainedCount(sequenceAt(store, index)));

/** The weights after one step of a new model. */
async function after(step: (team: Team) => Promise<unknown>): Promise<readonly number[]> {
  const memory = allocateMemory(base.shape, { training: store, validation: store }, { threads: 1, batchSize: 3 });
  initialize(base.shape, viewParameters(base.shape, memory.parameters), createRandom(4));
  await pool.run(memory, step);
  return Array.from(memory.parameters);
}

test("a step descends on the mean over the tokens of its examples, plus that of the replayed ones by its weight", async () => {
  const settings = { rate: 0.01, step: 1 };
  const replay = { examples: [2], weight: 0.25 };
  const own = trained[0]! + trained[1]!;
  const expected = await after((team) =>
    team.descend({ examples: [0, 1, 2], scales: [1 / own, 1 / own, 0.25 / trained[2]!] }, settings),
  );
  expect(await after((team) => team.step([0, 1], settings, replay))).toEqual(expected);
  expect(await after((team) => team.step([0, 1], settings))).not.toEqual(expected);
});

test("only the step's own examples are reported", async () => {
  const settings = { rate: 0.01, step: 1 };
  const losses: number[] = [];
  const alone = async (team: Team) => losses.push((await team.step([0, 1], settings)).loss);
  const together = async (team: Team) =>
    losses.push((await team.step([0, 1], settings, { examples: [2], weight: 1 })).loss);
  await after(alone);
  await after(together);
  expect(losses[1]).toBe(losses[0]);
});

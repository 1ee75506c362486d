import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSession } from "../../../src/compose.ts";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { localRequest } from "../../../src/stages/local-request.ts";
import { parsePlanHash, planHash, refuseMoved } from "../../../src/stages/plan-hash.ts";
import { runPipeline } from "../../../src/stages/run-pipeline.ts";
import type { World } from "../../../src/stages/world.ts";
import { tinyPipeline } from "../../e2e/rig.ts";

type Change = readonly [file: "towns.yaml" | "towns.csv", from: string, to: string];

const paid = (yaml: string) =>
  yaml.replace(
    "echo: { provider: echo }",
    "openai: { provider: openai, model: gpt-4.1-mini-2025-04-14, price: { training: 5, input: 1, output: 1 } }",
  );

/** The hash of the plan of a small pipeline, with changes. */
async function hashOf(...changes: readonly Change[]): Promise<{ readonly hash: string; readonly world: World }> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-plan-hash-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(tinyPipeline(paid))) {
    const changed = changes
      .filter(([file]) => file === name)
      .reduce((before, [, from, to]) => {
        expect(before).toContain(from);
        return before.replace(from, to);
      }, text);
    await writeFile(join(folder, name), changed);
  }
  const session = await openSession({
    ports: nodePorts({}),
    workingDirectory: folder,
    file: join(folder, "towns.yaml"),
    target: "openai",
    overrides: [],
    trains: false,
  });
  const { world } = session;
  const { outputs } = await runPipeline(localRequest(session, { until: "estimate" }));
  const hash = await planHash(world, outputs);
  await session.close();
  return { hash, world };
}

/** What a run with these changes is refused for; undefined if it is not. */
async function movedBy(...changes: readonly Change[]): Promise<unknown> {
  const approved = await hashOf();
  const { hash, world } = await hashOf(...changes);
  try {
    refuseMoved(approved.hash, hash, world);
    return undefined;
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    expect(error.code).toBe("PLAN_STALE");
    return error.data["moved"];
  }
}

const rows = "the rows (files of source, or what source says of them)";
const templates = "the templates (or what dataset says of them)";
const price = "the price";

test.each<readonly [string, Change, readonly string[]]>([
  ["a row", ["towns.csv", "Rome,Hello", "Rome,Ciao a tutti"], [rows]],
  ["a template", ["towns.yaml", "{{town}}?", "{{town}}!"], [templates]],
  ["an epoch more", ["towns.yaml", "n_epochs: 2", "n_epochs: 3"], ["the settings of the training"]],
  ["the training's seed", ["towns.yaml", "seed: 5", "seed: 6"], ["the settings of the training"]],
  ["an assertion", ["towns.yaml", "max: 50", "max: 51"], ["the evaluation or the gate"]],
  ["the price", ["towns.yaml", "training: 5,", "training: 6,"], ["the target", price]],
  ["the account", ["towns.yaml", "price:", "project: proj_1, price:"], ["the target"]],
])("names what has moved: %s", async (_what, change, names) => {
  expect(await movedBy(change)).toEqual(expect.arrayContaining([...names]));
});

test("a smaller change of the data is still one, though the price stays", async () => {
  expect(await movedBy(["towns.csv", "Rome,Hello", "Rome,Howdy"])).toEqual([rows]);
});

test.each<readonly [string, Change]>([
  ["a description", ["towns.yaml", "version: 1", "version: 1\ndescription: Towns"]],
  ["a comment", ["towns.yaml", "version: 1", "version: 1 # of the format"]],
  ["a limit", ["towns.yaml", "evaluation:", "limits: { max_cost: 1 }\nevaluation:"]],
])("leaves alone what no byte hangs on: %s", async (_what, change) => {
  expect(await movedBy(change)).toBeUndefined();
});

test("a hash is taken whole or not at all", async () => {
  const { hash } = await hashOf();
  expect(parsePlanHash(hash)).toBe(hash);
  expect(parsePlanHash(undefined)).toBeUndefined();
  for (const text of [hash.slice(0, 24), hash.toUpperCase(), `${hash}0`, ""]) {
    expect(() => parsePlanHash(text)).toThrow(/is no plan hash/);
  }
});

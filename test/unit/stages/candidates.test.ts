import { describe, expect, test } from "vitest";
import { formatCandidates } from "../../../src/cli/candidates.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { readCatalogue } from "../../../src/providers/catalogue.ts";
import { providersByName } from "../../../src/providers/index.ts";
import { type Candidates, findCandidates } from "../../../src/stages/candidates.ts";
import type { World } from "../../../src/stages/world.ts";
import { stageRig } from "./rig.ts";

const { files } = nodePorts({});
const plain = { paint: (_color: unknown, text: string) => text } as const;
const day = /^\d{4}-\d{2}-\d{2}$/;

describe("the list in the package", () => {
  test("names registered providers, models that their capabilities know how to train, and sources", async () => {
    const { date, providers, hosts } = await readCatalogue(files);
    expect(date).toMatch(day);
    for (const [provider, { source, models }] of Object.entries(providers)) {
      expect(source).toMatch(/^(https:\/\/|docs\/)/);
      for (const { model, methods } of models) {
        const can = providersByName[provider]?.capabilities({ provider, model });
        expect(can?.methods, `${provider} ${model}`).toEqual(expect.arrayContaining([...methods]));
      }
    }
    for (const [model, { elsewhere, ...own }] of Object.entries(hosts)) {
      expect(elsewhere.length, model).toBeGreaterThan(0);
      for (const [provider, name] of Object.entries(own)) {
        expect(providers[provider]?.models.map((one) => one.model)).toContain(name);
      }
    }
  });

  test("gives every candidate facts with a date and a source", async () => {
    const { targets, suggestions } = await findCandidates(files);
    for (const { date, source, price, shutdown, provider, limits } of targets) {
      expect([date, source]).toEqual([expect.stringMatching(day), expect.stringMatching(/^(https:|docs)/)]);
      if (price !== null) expect(price).toMatchObject({ date: expect.stringMatching(day) });
      if (provider === "openai") expect([price, shutdown].includes(null)).toBe(false);
      if (shutdown !== null) expect(shutdown).toMatchObject({ read: expect.stringMatching(day) });
      expect(Object.values(limits).some((limit) => limit !== null)).toBe(true);
    }
    expect(targets.every((one) => one.problems === undefined)).toBe(true);
    expect(suggestions.length).toBeGreaterThan(2);
  });
});

describe("held against a pipeline", () => {
  async function judged(change: (pipeline: World["pipeline"]) => World["pipeline"]): Promise<Candidates> {
    const rig = await stageRig();
    let found: Candidates | undefined;
    const see = (world: World) => {
      const changed = { ...world, pipeline: change(world.pipeline) };
      const worldOf = (target: World["target"]) => ({ ...changed, target });
      const asking = { world: changed, worldOf, signal: new AbortController().signal };
      // The rig runs nothing: the world is all that is wanted of it.
      pending = findCandidates(files, asking).then((result) => {
        found = result;
      });
      return changed;
    };
    let pending: Promise<void> = Promise.resolve();
    await rig.run("source", { change: see });
    await pending;
    expect(rig.requests).toEqual([]);
    return found as Candidates;
  }
  const problemsOf = ({ targets }: Candidates) =>
    Object.fromEntries(targets.map(({ model, problems }) => [model, problems]));

  test("each says what it does not take", async () => {
    const of = problemsOf(
      await judged((pipeline) => ({ ...pipeline, training: { ...pipeline.training, method: "dpo" } })),
    );
    expect(of["ftpipe-mini"]).toEqual([]);
    expect(of["gpt-4.1-2025-04-14"]).toEqual([]);
    expect(of["gpt-4o-mini-2024-07-18"]).toEqual(["does not train by dpo"]);
    expect(of["meta-llama/Llama-3.1-8B-Instruct"]).toEqual(["does not train by dpo"]);
  });

  test("a multiplier is refused where only a rate is taken", async () => {
    const hyperparameters = { learning_rate_multiplier: 2 };
    const of = problemsOf(
      await judged((pipeline) => ({ ...pipeline, training: { ...pipeline.training, hyperparameters } })),
    );
    expect(of["unsloth/gpt-oss-20b-BF16"]).toEqual(["does not take learning_rate_multiplier"]);
    expect(of["gpt-4o-2024-08-06"]).toEqual([]);
  });

  test.each([
    ["gpt-4.1-mini-2025-04-14", ["openai/gpt-oss-20b"]],
    ["ft:gpt-4.1-mini-2025-04-14:acme::abc", ["openai/gpt-oss-20b"]],
  ])("models are suggested in the place of %s", async (model, first) => {
    const { suggestions } = await judged((pipeline) => ({
      ...pipeline,
      targets: { a: { provider: "openai", model } } as unknown as World["pipeline"]["targets"],
    }));
    expect(suggestions.map((one) => one.first.map((other) => other.model))).toEqual([first]);
    expect(suggestions[0]?.first[0]?.runs_on).toEqual([{ provider: "nebius", model: "unsloth/gpt-oss-20b-BF16" }]);
  });

  test("all are suggested where it has no model that anything takes the place of", async () => {
    const { suggestions } = await judged((pipeline) => pipeline);
    expect(suggestions.length).toBeGreaterThan(2);
  });
});

test("the text tells a provider's facts once, and numbers its sources", async () => {
  const text = formatCandidates(await findCandidates(files), undefined, plain);
  expect(text.match(/no new jobs after 2027-01-06/g)).toHaveLength(1);
  expect(text.match(/must be deployed/g)).toHaveLength(1);
  const numbers = new Set([...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => number));
  for (const number of numbers) expect(text).toMatch(new RegExp(`^\\[${number}\\] (https:|docs)`, "m"));
  expect(text).not.toContain("✔");
});

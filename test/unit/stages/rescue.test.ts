import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseBaseline } from "../../../src/core/baseline.ts";
import { local } from "../../../src/providers/local.ts";
import type { EvaluateValue } from "../../../src/stages/evaluate.ts";
import type { GateValue } from "../../../src/stages/gate.ts";
import { askingWorld, planRescue, type RescuePlan } from "../../../src/stages/rescue.ts";
import { rescueModel } from "../../../src/stages/rescue-model.ts";
import type { World } from "../../../src/stages/world.ts";
import { answer, connectionLost, type Intercept, outputOf, stageRig } from "./rig.ts";

type Rig = Awaited<ReturnType<typeof stageRig>>;

/** A model that was trained, and lives at the rig's server. */
async function trainedRig() {
  const rig = await stageRig();
  const { result, error } = await rig.run(undefined);
  if (error !== undefined) throw error;
  return { rig, model: result?.model as string };
}

/** One question after another, so that it is known which the provider sees. */
async function planned(rig: Rig, model: string): Promise<{ readonly world: World; readonly plan: RescuePlan }> {
  const worlds: World[] = [];
  const change = (open: World) => {
    const { target } = open;
    const one = { ...target, capabilities: { ...target.capabilities, maxConcurrency: 1 } };
    worlds.push(askingWorld({ ...open, target: one }, model));
    return worlds[0] as World;
  };
  const { result, error } = await rig.run("estimate", { trains: false, change });
  if (error !== undefined) throw error;
  const world = worlds[0] as World;
  const split = result?.outputs.get("split") as Parameters<typeof planRescue>[1];
  return { world, plan: await planRescue(world, split, { model, name: "old", prompts: 10 }) };
}

const rescue = ({ world, plan }: Awaited<ReturnType<typeof planned>>) =>
  rescueModel(world, plan, { signal: new AbortController().signal, onProgress: () => {} });

const baselineOf = ({ folder }: Rig) => {
  const file = "baselines/old.jsonl";
  return parseBaseline(readFileSync(join(folder, file), "utf8"), file);
};

const workingFiles = ({ folder }: Rig) =>
  existsSync(join(folder, ".ftpipe/rescue")) ? readdirSync(join(folder, ".ftpipe/rescue")) : [];

/** From the nth chat on, something else than the server answers. */
function fromChat(first: number, by: () => Response | Promise<Response>): Intercept {
  let chats = 0;
  return ({ path }) => {
    if (path !== "/chat/completions") return undefined;
    chats++;
    return chats < first ? undefined : by();
  };
}

const gone = () =>
  answer(404, {
    error: { message: "The model `x` has been deprecated", type: "invalid_request_error", code: "model_not_found" },
  });

const chatOf = (finishReason: string) => ({
  choices: [{ index: 0, message: { role: "assistant", content: "Hel" }, finish_reason: finishReason }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});

describe("a rescue", () => {
  test("asks the cases, then held-out prompts, and writes what the model said with what is known of it", async () => {
    const { rig, model } = await trainedRig();
    const rescued = await rescue(await planned(rig, model));
    expect(rescued).toMatchObject({ answers: 3, asked: 3, missing: 0, written: true, problems: [] });
    const { header, answers } = baselineOf(rig);
    expect(header).toMatchObject({ model, provider: "openai-compatible", metadata: { id: model, object: "model" } });
    expect(header.counts).toEqual({ cases: 1, prompts: 2, refused: 0 });
    expect(answers.map(({ asked_as, messages }) => [asked_as, messages[0]?.content])).toEqual([
      ["case", "Oslo?"],
      ["prompt", "Dakar?"],
      ["prompt", "Seoul?"],
    ]);
    expect(workingFiles(rig)).toEqual([]);
  });

  test("of a model that stops answering in the middle keeps what it said", async () => {
    const { rig, model } = await trainedRig();
    const open = await planned(rig, model);
    rig.intercept(fromChat(3, gone));
    const rescued = await rescue(open);
    const message = expect.stringContaining("1 question stays without an answer");
    expect(rescued).toMatchObject({
      answers: 2,
      missing: 1,
      problems: [{ severity: "warning", code: "MODEL_GONE", message }],
    });
    expect(baselineOf(rig).answers).toHaveLength(2);

    // Asked again, it says nothing new: the question stays, and so does what there is.
    rig.intercept(fromChat(1, gone));
    await expect(rescue(await planned(rig, model))).rejects.toMatchObject({ code: "MODEL_GONE", exitCode: 7, message });
    expect(baselineOf(rig).answers).toHaveLength(2);
    expect(workingFiles(rig)).toEqual([]);
  });

  test("of a model that is gone writes nothing, and says so", async () => {
    const { rig, model } = await trainedRig();
    const open = await planned(rig, model);
    rig.intercept(fromChat(1, gone));
    await expect(rescue(open)).rejects.toMatchObject({ code: "MODEL_GONE", exitCode: 7 });
    expect(existsSync(join(rig.folder, "baselines"))).toBe(false);
  });

  test("goes on where a lost network stopped it, and asks nothing that was answered", async () => {
    const { rig, model } = await trainedRig();
    const open = await planned(rig, model);
    const before = rig.created("/chat/completions");
    rig.intercept(
      fromChat(3, () => {
        throw connectionLost();
      }),
    );
    await expect(rescue(open)).rejects.toMatchObject({
      code: "NETWORK",
      message: expect.stringMatching(/answered 2 of 3/),
    });
    expect(existsSync(join(rig.folder, "baselines"))).toBe(false);
    expect(workingFiles(rig)).toHaveLength(1);
    expect(rig.created("/chat/completions") - before).toBeGreaterThan(2);

    // What a kill in the middle of a line leaves behind is no answer, and spoils none.
    const [name = ""] = workingFiles(rig);
    const file = join(rig.folder, ".ftpipe/rescue", name);
    writeFileSync(file, `${readFileSync(file, "utf8")}\n{"key":"12`);
    rig.restore();
    const again = await planned(rig, model);
    expect(again.plan.open).toHaveLength(1);
    const asked = rig.created("/chat/completions");
    expect(await rescue(again)).toMatchObject({ answers: 3, asked: 1 });
    expect(rig.created("/chat/completions") - asked).toBe(1);
  });

  test("counts what the provider refuses to answer, and asks it again the next time", async () => {
    const { rig, model } = await trainedRig();
    const open = await planned(rig, model);
    rig.intercept(fromChat(3, () => answer(400, { error: { message: "flagged", type: "invalid_request_error" } })));
    const rescued = await rescue(open);
    expect(rescued).toMatchObject({ answers: 2, missing: 1, problems: [{ code: "PROVIDER_REJECTED" }] });
    expect(baselineOf(rig).header.counts.refused).toBe(1);
    rig.restore();
    expect(await rescue(await planned(rig, model))).toMatchObject({ answers: 3, asked: 1 });
    expect(baselineOf(rig).header.counts.refused).toBe(0);
  });

  test("keeps answers to questions that the evaluation has no more, with how they were asked", async () => {
    const { rig, model } = await trainedRig();
    await rescue(await planned(rig, model));
    const file = join(rig.folder, "towns.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("evaluation:\n", "evaluation:\n  defaults: { max_tokens: 7 }\n"),
    );
    expect(await rescue(await planned(rig, model))).toMatchObject({ answers: 6, asked: 3 });
    const { header, answers } = baselineOf(rig);
    expect(header.sampling.max_tokens).toBe(7);
    expect(answers.map(({ sampling }) => sampling?.max_tokens)).toEqual([
      undefined,
      undefined,
      undefined,
      200,
      200,
      200,
    ]);
  });

  test("of a model of elsewhere is not asked of the engine built in", async () => {
    const { rig, model } = await trainedRig();
    const { world } = await planned(rig, model);
    const builtIn = { ...world, target: { ...world.target, provider: local } };
    const options = { model: "ft:gpt-4o-mini-2024-07-18:acme:support:9KLostXX", name: "old", prompts: 10 };
    // It is refused before the data is looked at.
    const refused = planRescue(builtIn, {} as Parameters<typeof planRescue>[1], options);
    await expect(refused).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining("built in") });
  });

  test("of answers that were cut at max_tokens says how many, and again until they are recorded whole", async () => {
    const { rig, model } = await trainedRig();
    rig.intercept(fromChat(1, () => answer(200, chatOf("length"))));
    const cut = {
      severity: "warning",
      code: "CASE_INVALID",
      message: expect.stringMatching(/^3 of 3 answers were cut at max_tokens 200: raise it in evaluation\.defaults/),
    };
    expect(await rescue(await planned(rig, model))).toMatchObject({ answers: 3, written: true, problems: [cut] });
    rig.restore();
    expect(await rescue(await planned(rig, model))).toMatchObject({ asked: 0, written: false, problems: [cut] });
    const file = join(rig.folder, "towns.yaml");
    const roomier = "evaluation:\n  defaults: { max_tokens: 300 }\n";
    writeFileSync(file, readFileSync(file, "utf8").replace("evaluation:\n", roomier));
    expect(await rescue(await planned(rig, model))).toMatchObject({ asked: 3, problems: [] });
  });

  test("under the name of another model's answers is refused", async () => {
    const { rig, model } = await trainedRig();
    await rescue(await planned(rig, model));
    await expect(planned(rig, `${model}x`)).rejects.toMatchObject({ code: "USAGE" });
  });
});

test.each([
  ["recorded", "baselines/old.jsonl stand in"],
  ["judged", "recorded in the evidence"],
])("the %s answers of an accepted model stand in for it where it answers no more", async (which, words) => {
  const rig = await stageRig();
  const file = join(rig.folder, "towns.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, `${text}  gate: [{ metric: pass_rate, maximum: 0.99 }]\n`);
  const first = await rig.run(undefined);
  const model = first.result?.model as string;
  expect(outputOf<GateValue>(first, "gate").verdict).toBe("passed");
  if (which === "recorded") await rescue(await planned(rig, model));

  const next = text.replace("evaluation:\n", "evaluation:\n  compare: [previous]\n").replace("seed: 5", "seed: 6");
  writeFileSync(file, `${next}  gate: [{ metric: pass_rate, against: previous, maximum_drop: 0.1 }]\n`);
  rig.intercept(({ body }) => ((body as { model?: string } | undefined)?.model === model ? gone() : undefined));
  const run = await rig.run(undefined);
  expect(outputOf<EvaluateValue>(run, "evaluate").comparisons).toMatchObject([{ against: "previous", pairs: 1 }]);
  expect(outputOf<GateValue>(run, "gate").verdict).toBe("passed");
  const told = run.events.flatMap((event) => (event.type === "warning" ? [event.problem] : []));
  expect(told).toContainEqual(expect.objectContaining({ code: "MODEL_GONE", message: expect.stringContaining(words) }));
});

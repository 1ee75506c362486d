import { expect, test } from "vitest";
import type { Capabilities } from "../../../src/providers/provider.ts";
import type { FileObject } from "../../../src/serve/wire.ts";
import type { UploadValue } from "../../../src/stages/upload.ts";
import type { World } from "../../../src/stages/world.ts";
import type { List } from "../serve/rig.ts";
import { answer, connectionLost, outputOf, stageRig } from "./rig.ts";

test("training and validation data are sent once each, under names that tell their bytes", async () => {
  const rig = await stageRig();
  const { files, bytes } = outputOf<UploadValue>(await rig.run("upload"), "upload");
  const { data } = (await rig.server.call<List<FileObject>>("GET", "/files")).body;
  expect(data.map(({ id }) => id).toSorted()).toEqual([files.training, files.validation].toSorted());
  expect(data.map(({ filename }) => filename).toSorted()).toEqual([
    expect.stringMatching(/^train-[0-9a-f]{16}\.jsonl$/),
    expect.stringMatching(/^validation-[0-9a-f]{16}\.jsonl$/),
  ]);
  expect(bytes).toBe(data.reduce((sum, file) => sum + file.bytes, 0));
});

const limited =
  (limits: Partial<Capabilities>) =>
  (world: World): World => ({
    ...world,
    target: { ...world.target, capabilities: { ...world.target.capabilities, ...limits } },
  });

test.each([
  ["too many examples", { mostExamples: 11 }, "TARGET_UNSUPPORTED", /at most 11 examples, and there are 12/],
  ["too large a file", { maxFileBytes: 100 }, "TARGET_UNSUPPORTED", /the training file has/],
  ["a hyperparameter", { hyperparameters: [] }, "TARGET_UNSUPPORTED", /does not take n_epochs/],
] as const)("nothing is sent to a target that must refuse it: %s", async (_what, limits, code, message) => {
  const rig = await stageRig();
  const { error } = await rig.run("upload", { change: limited(limits) });
  expect(error).toMatchObject({ code, exitCode: 2 });
  expect(error?.problems[0]?.message).toMatch(message);
  expect(rig.requests).toEqual([]);
});

test("what a target merely ignores is warned about, and sent", async () => {
  const rig = await stageRig();
  const { error, events } = await rig.run("upload", { change: limited({ seed: false, maxTokensPerExample: 5 }) });
  expect(error).toBeUndefined();
  const warnings = events.flatMap((event) => (event.type === "warning" ? [event.problem.message] : []));
  expect(warnings).toEqual([
    expect.stringContaining("does not honour a seed"),
    expect.stringContaining("more than the 5 that openai-compatible trains on"),
  ]);
  expect(rig.created("/files")).toBe(2);
});

test("files that the provider has already are taken as they are", async () => {
  const rig = await stageRig();
  const first = outputOf<UploadValue>(await rig.run("upload"), "upload");
  await rig.forget(".ftpipe");
  expect(outputOf<UploadValue>(await rig.run("upload"), "upload")).toEqual(first);
  expect(rig.created("/files")).toBe(2);
  expect((await rig.journal()).map(({ type, id }) => [type, id])).toEqual([
    ["adopted", first.files.training],
    ["adopted", first.files.validation],
  ]);
});

test("the intent is on disk before the request arrives", async () => {
  const rig = await stageRig();
  const seen: unknown[] = [];
  rig.intercept(async ({ method }) => {
    if (method === "POST") seen.push((await rig.journal()).at(-1));
    return undefined;
  });
  await rig.run("upload");
  expect(seen).toEqual([
    expect.objectContaining({ type: "intent", kind: "file", target: "server" }),
    expect.objectContaining({ type: "intent", kind: "file", target: "server" }),
  ]);
  expect(new Set(seen.map((entry) => (entry as { fingerprint: string }).fingerprint)).size).toBe(2);
});

test("a file whose answer was lost is found and not sent again", async () => {
  const rig = await stageRig();
  rig.intercept(async ({ method }, forward) => {
    if (method !== "POST") return undefined;
    await forward();
    throw connectionLost();
  });
  outputOf(await rig.run("upload"), "upload");
  expect((await rig.journal()).map(({ type }) => type)).toEqual(["intent", "adopted", "intent", "adopted"]);
  expect(rig.created("/files")).toBe(2);
  expect((await rig.server.call<List<FileObject>>("GET", "/files")).body.data).toHaveLength(2);
});

test("a refused file closes its intent", async () => {
  const rig = await stageRig();
  rig.intercept(({ method }) => (method === "POST" ? answer(400, { error: { message: "No room." } }) : undefined));
  expect((await rig.run("upload")).error?.code).toBe("PROVIDER_REJECTED");
  expect((await rig.journal()).map(({ type }) => type)).toEqual(["intent", "refused"]);
});

test("bytes that are not those that were checked are never taken", async () => {
  const rig = await stageRig();
  rig.replaceFiles((files) => ({
    stream: async function* (path, range) {
      if (range === undefined || !path.endsWith("train.jsonl")) yield* files.stream(path, range);
      else yield Buffer.alloc(range.bytes, "x");
    },
  }));
  const { error } = await rig.run("upload");
  expect(error).toMatchObject({ code: "STATE_DAMAGED", location: { file: expect.stringContaining("train.jsonl") } });
  expect((await rig.journal()).map(({ type }) => type)).toEqual(["intent", "refused"]);
  expect((await rig.server.call<List<FileObject>>("GET", "/files")).body.data).toEqual([]);
});

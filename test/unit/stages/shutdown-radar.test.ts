import { describe, expect, test } from "vitest";
import { packageFile } from "../../../src/core/assets.ts";
import { nodeFiles } from "../../../src/core/node-files.ts";
import { findShutdown } from "../../../src/providers/shutdowns.ts";
import { shutdownProblems } from "../../../src/stages/shutdown-radar.ts";
import type { World } from "../../../src/stages/world.ts";
import { answer, stageRig } from "./rig.ts";

const files = nodeFiles();

test("every fact of the list has a day, and the list a source and the day it was read", async () => {
  const list = JSON.parse(await files.readText(packageFile("assets/shutdowns.json"))) as {
    date: string;
    providers: Record<string, { source: string; training_ends: string; models: Record<string, string> }>;
  };
  const day = /^20\d\d-[01]\d-[0-3]\d$/;
  expect(list.date).toMatch(day);
  for (const { source, training_ends: ends, models } of Object.values(list.providers)) {
    expect(new URL(source).protocol).toBe("https:");
    for (const one of [ends, ...Object.values(models)]) expect(one).toMatch(day);
  }
});

test.each([
  ["gpt-4.1-mini-2025-04-14", "2027-01-14"],
  ["gpt-4o-mini", "2027-01-14"],
  ["ft:gpt-4o-mini-2024-07-18:acme:reviewer:abc123", "2027-01-14"],
  ["ft:gpt-3.5-turbo-0125:acme::abc", "2026-10-23"],
  ["gpt-3.5-turbo-1106", "2026-09-28"],
  ["gpt-4-0613", "2026-10-23"],
  ["gpt-4-turbo", undefined],
  ["gpt-6-luna", undefined],
])("%s is shut down on %s", async (model, on) => {
  expect((await findShutdown("openai", model, files))?.on).toBe(on);
});

test("of other providers nothing is said", async () => {
  expect(await findShutdown("openai-compatible", "gpt-4.1-2025-04-14", files)).toBeUndefined();
  expect(await findShutdown("constructor", "gpt-4.1", files)).toBeUndefined();
});

describe("a target is warned about", () => {
  const problemsOn = (day: string, model = "gpt-4.1-mini-2025-04-14") =>
    shutdownProblems({
      target: { name: "openai", provider: { name: "openai" }, settings: { model }, capabilities: { trains: true } },
      ports: { files, clock: { now: () => Date.parse(`${day}T12:00:00Z`) } },
      loaded: { locate: (pointer: string) => ({ file: "a.yaml", excerpt: pointer }) },
    } as unknown as World);

  test.each([
    ["2026-11-22", /is shut down on 2027-01-14, and every model .* takes no new jobs after 2027-01-06/],
    ["2027-01-06", /is shut down on 2027-01-14, .* takes no new jobs since 2027-01-06/],
    ["2027-01-14", /was shut down on 2027-01-14, with every model/],
  ])("on %s", async (day, message) => {
    expect(await problemsOn(day)).toMatchObject([
      {
        severity: "warning",
        code: "MODEL_GONE",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(/Source: https:\S+, read on 2026-11-21/),
        location: { excerpt: "/targets/openai" },
      },
    ]);
  });

  test("whose base has no date, for what the provider stops to take", async () => {
    expect(await problemsOn("2026-11-22", "gpt-9")).toMatchObject([
      { message: "openai takes no new jobs after 2027-01-06." },
    ]);
  });
});

test("a run says what is ahead; one with nothing to do over a model that is dead ends with 7", async () => {
  const rig = await stageRig();
  const day = (seconds: number) => new Date(rig.now() + seconds * 1000).toISOString().slice(0, 10);
  const [read, models] = [day(0), { "ftpipe-nano": day(86_400) }];
  const list = { date: read, providers: { "openai-compatible": { source: "https://example.org", models } } };
  rig.replaceFiles((real) => ({
    readText: async (path) => (path.endsWith("shutdowns.json") ? JSON.stringify(list) : real.readText(path)),
  }));
  const trained = await rig.run(undefined);
  expect(trained.error).toBeUndefined();
  const warned = trained.events.flatMap((event) => (event.type === "warning" ? [event.problem] : []));
  expect(warned).toMatchObject([{ code: "MODEL_GONE", message: expect.stringContaining(models["ftpipe-nano"]) }]);
  expect((await rig.run(undefined)).result).toMatchObject({ status: "up_to_date" });
  rig.advance(86_400);
  const { error } = await rig.run(undefined);
  expect(error).toMatchObject({
    code: "MODEL_GONE",
    exitCode: 7,
    message: `${trained.result?.model} does not answer any more: ftpipe-nano was shut down on ${models["ftpipe-nano"]}.`,
  });
});

describe("what the provider's API tells of its models", () => {
  const warned = async (entry: () => Response, list: Record<string, string> = {}) => {
    const rig = await stageRig();
    const providers = { "openai-compatible": { source: "https://example.org", models: list } };
    rig.replaceFiles((real) => ({
      readText: async (path) =>
        path.endsWith("shutdowns.json") ? JSON.stringify({ date: "2026-11-21", providers }) : real.readText(path),
    }));
    rig.intercept(({ path }) => (path === "/models/ftpipe-nano" ? entry() : undefined));
    const { error, events } = await rig.run(undefined);
    expect(error).toBeUndefined();
    const asked = rig.requests.filter(({ path }) => path.startsWith("/models"));
    expect(asked.map(({ path }) => path)).toEqual(["/models/ftpipe-nano"]);
    return events.flatMap((event) => (event.type === "warning" ? [event.problem.message] : []));
  };
  const told = (shutdown_date: unknown) => () => Response.json({ id: "ftpipe-nano", object: "model", shutdown_date });

  test("a day that the list does not have is warned of, before anything is bought", async () => {
    expect(await warned(told("2027-03-01"))).toEqual(["ftpipe-nano is shut down on 2027-03-01."]);
  });

  test("of two days the earlier one counts", async () => {
    const early = { "ftpipe-nano": "2027-02-01" };
    expect(await warned(told("2027-03-01"), early)).toEqual([expect.stringContaining("2027-02-01")]);
    expect(await warned(told("2027-01-05"), early)).toEqual([
      expect.stringContaining("2027-02-01"),
      "ftpipe-nano is shut down on 2027-01-05.",
    ]);
  });

  test.each([
    ["null", told(null)],
    ["no day", told("soon")],
    ["a refusal", () => answer(403, { error: { message: "not for this key", type: "invalid_request_error" } })],
    ["no such route", () => answer(404, { error: { message: "no such route" } })],
  ])("%s is no warning, and ends no run", async (_what, entry) => {
    expect(await warned(entry)).toEqual([]);
  });
});

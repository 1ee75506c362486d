import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSession } from "../../../src/compose.ts";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import type { Capabilities } from "../../../src/providers/provider.ts";
import { checkTargets, type TargetsCheck } from "../../../src/stages/check-targets.ts";
import { localRequest } from "../../../src/stages/local-request.ts";
import { targetOf } from "../../../src/stages/select-target.ts";
import type { World } from "../../../src/stages/world.ts";

const pipeline = `version: 1
name: towns
source: { type: messages, path: towns.jsonl }
training: { seed: 5, suffix: towns }
targets:
  local: { provider: local, model: ftpipe-nano }
  openai: { provider: openai, model: gpt-4.1-mini-2025-04-14, hyperparameters: { learning_rate: 0.1 } }
  echo: { provider: echo }
default_target: local
evaluation: { tests: [{ messages: [{ role: user, content: "Oslo?" }], assert: [{ type: contains, value: Oslo }] }] }
`;

const example = (index: number) => ({
  messages: [
    ...(index === 3 ? [{ role: "system", content: "Be brief." }] : []),
    { role: "user", content: `Town ${index}?` },
    { role: "assistant", content: `Hello ${index}` },
  ],
});

interface Options {
  /** Of all targets. */
  readonly limits?: Partial<Capabilities>;
  readonly decides?: (world: World) => boolean;
  readonly rows?: number;
}

async function check({ limits, decides = () => true, rows = 12 }: Options = {}): Promise<TargetsCheck> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-targets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "towns.yaml"), pipeline);
  const lines = Array.from({ length: rows }, (_, index) => `${JSON.stringify(example(index))}\n`);
  await writeFile(join(folder, "towns.jsonl"), lines.join(""));
  const ports = {
    ...nodePorts({}),
    fetch: () => Promise.reject(new Error("a check calls nobody")),
  };
  const file = join(folder, "towns.yaml");
  const session = await openSession({
    ports,
    workingDirectory: folder,
    file,
    target: "all",
    takesAll: true,
    overrides: [],
    trains: false,
    openLocalServer: () => Promise.reject(new Error("a check opens no server")),
  });
  onTestFinished(session.close);
  const worlds = Object.keys(session.world.pipeline.targets).map((name) => {
    const target = targetOf(session.world.pipeline.targets, name);
    return session.worldOf({ ...target, capabilities: { ...target.capabilities, ...limits } });
  });
  const world = worlds[0] as World;
  return checkTargets(localRequest({ ...session, world }, { until: "estimate" }), { worlds, decides });
}

const told = ({ reports }: TargetsCheck) => reports.map(({ target, verdict, stops }) => [target, verdict, stops]);

test("a report for each target, in the pipeline's order, and nobody is called", async () => {
  const checked = await check();
  expect(told(checked)).toEqual([
    ["local", "ready", []],
    ["openai", "refused", ["does not take learning_rate"]],
    ["echo", "untrained", []],
  ]);
  expect(checked.reports[1]).toMatchObject({
    provider: "openai",
    model: "gpt-4.1-mini-2025-04-14",
    examples: { training: 12, validation: 0, fewest: 10, most: null },
    files: { most: 8 * 2 ** 30 },
    longest: { most: 65_536 },
    hyperparameters: { given: ["learning_rate"] },
    suffix: { length: 5, most: 64 },
    seed: { given: true, honoured: true },
  });
  expect(checked.problems.map(({ code, location }) => [code, location?.line])).toEqual([
    ["TARGET_UNSUPPORTED", 7],
    ["MODEL_GONE", 7],
  ]);
  expect([...checked.result.outputs.keys()]).toEqual(["source", "dataset", "checks", "split", "estimate"]);
});

test("what only stands in another target's line is no problem of the check", async () => {
  const checked = await check({ decides: ({ target }) => target.name === "local" });
  expect(told(checked)[1]).toEqual(["openai", "refused", ["does not take learning_rate"]]);
  expect(checked.problems).toEqual([]);
});

test("ready-made messages are read for a target that does not take every role", async () => {
  const { reports } = await check({ limits: { roles: ["user", "assistant"] } });
  expect(reports.map(({ target, stops, roles }) => [target, stops[0], roles.given.toSorted()])).toEqual([
    ["local", "takes no system messages", ["assistant", "system", "user"]],
    ["openai", "takes no system messages", ["assistant", "system", "user"]],
    ["echo", undefined, ["assistant", "system", "user"]],
  ]);
});

test("data that no target would get is told with what is known to be wrong with the targets", async () => {
  const error = await check({ rows: 9 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FtpipeError);
  const { code, problems } = error as FtpipeError;
  expect(code).toBe("EXAMPLES_TOO_FEW");
  expect(problems.map((problem) => problem.code)).toEqual(["EXAMPLES_TOO_FEW", "TARGET_UNSUPPORTED"]);
});

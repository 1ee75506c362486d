import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { loadPipeline } from "../../../src/config/load.ts";
import { FtpipeError, type Problem } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { onceByKey } from "../../../src/core/once.ts";
import type { PlacedRow } from "../../../src/dataset/make-examples.ts";
import { providersByName } from "../../../src/providers/index.ts";
import type { TargetSettings } from "../../../src/providers/provider.ts";
import { openCache } from "../../../src/run/cache.ts";
import { executeStages } from "../../../src/run/execute.ts";
import { wholeFileHashes } from "../../../src/run/file-hashes.ts";
import { keyOf, type StageKey } from "../../../src/run/record.ts";
import type { AnyStage, StageOutput } from "../../../src/run/stage.ts";
import { checks } from "../../../src/stages/checks.ts";
import { dataset } from "../../../src/stages/dataset.ts";
import { estimate } from "../../../src/stages/estimate.ts";
import { type Explanation, explainKey, explainLine, type LineNumber } from "../../../src/stages/explain.ts";
import { rowTally, sourceRows } from "../../../src/stages/rows.ts";
import { source } from "../../../src/stages/source.ts";
import { split } from "../../../src/stages/split.ts";
import type { World } from "../../../src/stages/world.ts";

const ports = nodePorts({});
const localStages = [source, dataset, checks, split, estimate] as const satisfies readonly AnyStage<World>[];

export interface BuildResult {
  /** Stage values by name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Lines of each file of the split, parsed. */
  readonly lines: (file: "train" | "validation" | "test" | "heldOut") => Promise<readonly Record<string, unknown>[]>;
  /** The rows that the pipeline wants. */
  readonly rows: () => Promise<readonly PlacedRow[]>;
  readonly text: (file: "train" | "validation" | "test" | "heldOut") => Promise<string>;
  /** What `ftpipe why` tells of a line. */
  readonly explain: (line: LineNumber) => Promise<Explanation>;
  /** The lines that came from the row with this key. */
  readonly explainKey: (key: string) => Promise<readonly Explanation[]>;
  readonly warnings: readonly Problem[];
  /** Empty if everything went well. */
  readonly problems: readonly Problem[];
  /** `ran` or `reused`, by stage. */
  readonly actions: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, StageKey>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** A project in a folder of its own, with a pipeline and its files, and the local stages run over it. */
export interface DatasetRig {
  readonly directory: string;
  readonly write: (path: string, content: string | Uint8Array) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
  /** @param last The last stage that runs. Default: all. */
  readonly build: (last?: "source") => Promise<BuildResult>;
  readonly remove: () => Promise<void>;
}

/** @param files By path; `pipeline.yaml` gets the parts that these tests don't look at, unless it says `targets`. */
export async function datasetRig(files: Readonly<Record<string, string | Uint8Array>>): Promise<DatasetRig> {
  const directory = await mkdtemp(join(tmpdir(), "ftpipe-dataset-"));
  const write = async (path: string, content: string | Uint8Array) => {
    const rest =
      'targets: { echo: { provider: echo, model: echo } }\nevaluation: { tests: [{ prompt: "x", assert: [{ type: contains, value: x }] }] }\n';
    const isPipeline = path === "pipeline.yaml" && typeof content === "string";
    const whole = isPipeline
      ? `version: 1\nname: test\n${content}\n${content.includes("targets:") ? rest.split("\n")[1] : rest}`
      : content;
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), whole);
  };
  for (const [path, content] of Object.entries(files)) await write(path, content);
  return {
    directory,
    write,
    read: (path) => readFile(join(directory, path), "utf8"),
    build: (last) => build(directory, last === undefined ? localStages : [source]),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A project that goes when the test has ended. */
export async function rigOfTest(files: Readonly<Record<string, string | Uint8Array>>): Promise<DatasetRig> {
  const rig = await datasetRig(files);
  onTestFinished(rig.remove);
  return rig;
}

/** What comes of a project that the test has no other use for. */
export const buildOnce = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<BuildResult> =>
  (await rigOfTest(files)).build();

async function build(directory: string, stages: readonly AnyStage<World>[]): Promise<BuildResult> {
  const outputs = new Map<string, StageOutput>();
  let opened: World | undefined;
  const world = (): World => {
    if (opened === undefined) throw new Error("the pipeline could not be read");
    return opened;
  };
  const warnings: Problem[] = [];
  const actions: Record<string, string> = {};
  const keys: Record<string, StageKey> = {};
  const texts: Record<string, string> = {};
  let problems: readonly Problem[] = [];
  try {
    const file = join(directory, "pipeline.yaml");
    const loaded = await loadPipeline({ file, workingDirectory: directory, files: ports.files });
    const [name = "", settings] = Object.entries(loaded.pipeline.targets)[0] ?? [];
    const target = settings as unknown as TargetSettings;
    const provider = providersByName[target.provider];
    if (provider === undefined) throw new Error(`no provider ${target.provider}`);
    opened = {
      loaded,
      pipeline: loaded.pipeline,
      target: { name, settings: target, provider, capabilities: provider.capabilities(target) },
      ports,
      fileHashes: wholeFileHashes(ports.files),
      workers: 2,
      once: onceByKey(),
    } as unknown as World; // the local stages use no more of the world
    await executeStages(stages, {
      world: opened,
      cache: openCache(join(directory, ".ftpipe/cache"), ports.files),
      locked: new Map(),
      force: new Set(),
      clock: ports.clock,
      signal: new AbortController().signal,
      outputs,
      emit: (event) => {
        if (event.type === "warning") warnings.push(event.problem);
        if (event.type === "stage_finished") texts[event.stage] = [event.text, event.note].filter(Boolean).join(" | ");
      },
      onDone: async (stage, done) => {
        actions[stage] = done.action;
        keys[stage] = keyOf(done.record);
      },
    });
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    problems = error.problems;
  }
  const text = async (file: string) => readFile(outputs.get("split")?.files[file]?.path ?? "", "utf8");
  const parsed = <Line>(lines: string): readonly Line[] =>
    lines
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    values: Object.fromEntries([...outputs].map(([stage, { value }]) => [stage, value])),
    text,
    lines: async (file) => parsed(await text(file)),
    explain: (line) => explainLine(world(), outputs, line),
    explainKey: (key) => explainKey(world(), outputs, key),
    rows: async () => {
      const found: PlacedRow[] = [];
      for await (const { rows, file, split: own } of sourceRows(world(), rowTally(), () => {})) {
        for (const { values, location } of rows) found.push({ values, file, line: location.line ?? 1, split: own });
      }
      return found;
    },
    warnings,
    problems,
    actions,
    keys,
    texts,
  };
}

/** `CODE file:line:column message`, as a test compares it. */
export function told({ code, location, message }: Problem): string {
  const place = [location?.file, location?.line, location?.column].filter((part) => part !== undefined).join(":");
  return `${code} ${place} ${message}`;
}

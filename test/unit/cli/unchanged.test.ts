import { mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Terminal } from "../../../src/cli/terminal.ts";
import { observe } from "../../../src/cli/unchanged/observe.ts";
import { type Place, placeOf } from "../../../src/cli/unchanged/place.ts";
import { whatWasSaid } from "../../../src/cli/unchanged/repeat.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import type { Ports } from "../../../src/core/ports.ts";

let folder: string;
let place: Place;
const terminal = { result: () => {}, note: () => {} } as unknown as Terminal;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ftpipe-unchanged-"));
  const cache = mkdtempSync(join(tmpdir(), "ftpipe-cache-"));
  onTestFinished(() => {
    for (const path of [folder, cache]) rmSync(path, { recursive: true, force: true });
  });
  place = { file: join(cache, "unchanged/run.json"), key: "run towns" };
  writeFileSync(at("towns.csv"), "town\nOslo\n");
});

/** A run that reads, says one line, and is kept. Its clock is late enough for the files to have been at rest. */
async function run(
  read: (ports: Ports) => Promise<unknown>,
  environment: Readonly<Record<string, string>> = {},
  laterMs = 10_000,
): Promise<void> {
  const ports = nodePorts(environment);
  const clock = { ...ports.clock, now: () => Date.now() + laterMs };
  const observed = observe({ ...ports, clock, fetch: async () => new Response("") }, terminal, place);
  await read(observed.ports);
  observed.terminal.result("up to date");
  observed.terminal.note("a warning");
  await observed.keep();
}

const said = (environment: Readonly<Record<string, string>> = {}) => whatWasSaid(place, environment);
const lines = [
  { to: "stdout", text: "up to date\n" },
  { to: "stderr", text: "a warning\n" },
];

describe("a run that found nothing to do is repeated", () => {
  test("while all that it read is as it was, and only with the same words", async () => {
    await run(({ files }) => files.readText(at("towns.csv")));
    expect(said()).toEqual(lines);
    expect(whatWasSaid({ ...place, key: "run towns --frozen" }, {})).toBeUndefined();
    expect(whatWasSaid({ ...place, file: at("other.json") }, {})).toBeUndefined();
  });

  const changes: Readonly<Record<string, { read: (ports: Ports) => Promise<unknown>; change: () => void }>> = {
    "a file that it read": {
      read: ({ files }) => files.read(at("towns.csv")),
      change: () => writeFileSync(at("towns.csv"), "town\nRome\n"),
    },
    "a file that it streamed is gone": {
      read: async ({ files }) => {
        for await (const _ of files.stream(at("towns.csv")));
      },
      change: () => unlinkSync(at("towns.csv")),
    },
    "a file whose time it looked at": {
      read: ({ files }) => files.stat(at("towns.csv")),
      change: () => writeFileSync(at("towns.csv"), "town\nRome\n"),
    },
    "a file that was not there": {
      read: ({ files }) => files.stat(at("towns.lock.yaml")),
      change: () => writeFileSync(at("towns.lock.yaml"), ""),
    },
    "the names in a folder": {
      read: ({ files }) => files.list(folder),
      change: () => writeFileSync(at("more.csv"), ""),
    },
    "where a link leads": {
      read: async ({ files }) => {
        symlinkSync(at("towns.csv"), at("link.csv"));
        await files.readText(at("link.csv"));
      },
      change: () => {
        writeFileSync(at("other.csv"), "town\nOslo\n");
        unlinkSync(at("link.csv"));
        symlinkSync(at("other.csv"), at("link.csv"));
      },
    },
  };
  test.each(Object.entries(changes))("but not after a change: %s", async (_name, { read, change }) => {
    await run(read);
    expect(said()).toEqual(lines);
    change();
    expect(said()).toBeUndefined();
  });

  test("while the variables that it looked at have their values", async () => {
    await run(async ({ environment }) => [environment["CI"], environment["FTPIPE_DATA_ROOTS"]], { CI: "1" });
    expect(said({ CI: "1", EDITOR: "vi" })).toEqual(lines);
    expect(said({ CI: "0" })).toBeUndefined();
    expect(said({ CI: "1", FTPIPE_DATA_ROOTS: "/data" })).toBeUndefined();
  });

  test("but never if what it read was changed a moment ago: the next change may have the same stamp", async () => {
    await run(({ files }) => files.read(at("towns.csv")), {}, 2_000);
    expect(said()).toBeUndefined();
  });

  test("but never if it called somebody, or looked at a secret", async () => {
    await run((ports) => ports.fetch("http://127.0.0.1/"));
    expect(said()).toBeUndefined();
    await run(async ({ environment }) => environment["SOME_API_KEY"], { SOME_API_KEY: "sk-1" });
    expect(said({ SOME_API_KEY: "sk-1" })).toBeUndefined();
    await run(async ({ environment }) => environment["SOME_API_KEY"]);
    expect(said()).toEqual(lines);
  });

  test("whatever runs and leftovers lie in the state folder", async () => {
    await run(({ files }) => files.list(at(".ftpipe/runs")));
    writeFileSync(at("unrelated"), "");
    expect(said()).toEqual(lines);
  });

  test("unless what was kept is damaged", async () => {
    await run(({ files }) => files.read(at("towns.csv")));
    writeFileSync(place.file, '{"key":');
    expect(said()).toBeUndefined();
  });
});

test("the program from its sources repeats nothing: it can't tell whether it is the same program", () => {
  expect(placeOf(["run", "towns"], "1.0.0")).toBeUndefined();
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { commands } from "../../src/cli/commands.ts";
import { formatProblem } from "../../src/cli/print.ts";
import { FtpipeError, type Problem, placesOf } from "../../src/core/errors.ts";
import { formatLocation } from "../../src/core/location.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { type BadCase, readCase } from "./case-file.ts";

const folder = fileURLToPath(new URL("../fixtures/bad", import.meta.url));
/** Cases that are told worse than they say, or not at all: still to be mended. One that is mended must leave the list. */
const gaps = readFileSync(join(folder, "gaps.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "");

const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.includes("/") && name.endsWith(".txt"))
  .sort();

function project({ files, links }: BadCase): string {
  const root = mkdtempSync(join(tmpdir(), "ftpipe-bad-"));
  mkdirSync(join(root, ".git"));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  for (const [name, to] of Object.entries(links)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    symlinkSync(to, join(root, name));
  }
  return root;
}

interface Outcome {
  readonly exit: number;
  readonly problems: readonly Problem[];
  /** All that a person sees. */
  readonly shown: string;
}

/** The command as `main` runs it, without a process of its own. */
async function check(workingDirectory: string, words: readonly string[]): Promise<Outcome> {
  const command = commands["check"];
  if (command === undefined) throw new Error("there is no command check");
  let output = "";
  let result = "";
  const terminal = {
    result: (text: string) => {
      result += text;
    },
    note: (text: string) => {
      output += `${text}\n`;
    },
    command: () => {},
    redraws: false,
    asks: false,
    paint: (_: string, text: string) => text,
    width: 100,
  };
  try {
    const { run } = await command.load();
    const exit = await run({
      ports: nodePorts({ HOME: join(workingDirectory, ".home") }),
      arguments: parseArguments(["pipeline.yaml", "--json", ...words], command.flags, command.mostWords),
      terminal,
      workingDirectory,
      signal: new AbortController().signal,
      version: "0.0.0",
    });
    const { warnings } = JSON.parse(result) as { readonly warnings: readonly Problem[] };
    return { exit, problems: warnings, shown: output };
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    const shown = error.problems.map((problem) => formatProblem(problem, terminal)).join("\n");
    return { exit: error.exitCode, problems: error.problems, shown: output + shown };
  }
}

const told = ({ code, location }: Problem): string =>
  `${code} ${location === undefined ? "" : formatLocation(location)}`.trim();

for (const name of names) {
  const bad = readCase(readFileSync(join(folder, name), "utf8"));
  const run = gaps.includes(name) ? test.fails : test;

  run(`${name}: ${bad.title}`, async () => {
    const root = project(bad);
    try {
      const { exit, problems, shown } = await check(root, bad.arguments);
      const found = problems.find(
        ({ code, message, hint = "", severity, location }) =>
          code === bad.code &&
          severity === bad.severity &&
          bad.says.test(message) &&
          bad.hint.test(hint) &&
          (bad.at === undefined || (location !== undefined && `${formatLocation(location)}:`.startsWith(`${bad.at}:`))),
      );
      expect(found, `what was said:\n${shown}\n${problems.map(told).join("\n")}`).toBeDefined();
      if (bad.places !== undefined && found !== undefined) expect(placesOf(found)).toBe(bad.places);
      for (const other of bad.also) {
        expect(problems.map((problem) => `${told(problem)}:`)).toContainEqual(expect.stringContaining(`${other}:`));
      }
      expect(exit).toBe(bad.exit);
      expect(shown).not.toMatch(/\n\s+at .*[\w)]+:\d+:\d+|please report/i);
      expect(shown.length).toBeLessThan(40_000);
      expect(
        readdirSync(root)
          .filter((entry) => ![".ftpipe", ".git"].includes(entry))
          .sort(),
      ).toEqual(
        [...new Set([...Object.keys(bad.files), ...Object.keys(bad.links)].map((path) => path.split("/")[0]))].sort(),
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

test("there are at least 200 cases, and none twice", () => {
  const cases = names.map((name) => readFileSync(join(folder, name), "utf8"));
  expect(new Set(cases).size).toBe(cases.length);
  expect(gaps.filter((name) => !names.includes(name))).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(200);
});

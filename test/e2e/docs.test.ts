import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands.ts";
import { loadPipeline } from "../../src/config/load.ts";
import { exitCodeOf, FtpipeError, throwIfErrors } from "../../src/core/errors.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { createDraw } from "../../src/dataset/draw.ts";
import { helpers } from "../../src/dataset/helpers.ts";
import { rules } from "../../src/dataset/rules/index.ts";
import { compileTemplate } from "../../src/dataset/template.ts";
import { assertions, assertionsByType } from "../../src/evaluation/assertions/index.ts";
import { graders } from "../../src/graders/index.ts";
import { credentialFor } from "../../src/providers/credentials.ts";
import { providers } from "../../src/providers/index.ts";
import type { Kind } from "../../src/serve/chaos/kind.ts";
import { kinds } from "../../src/serve/chaos/kinds/index.ts";
import { routeNames } from "../../src/serve/chaos/routes.ts";
import { parseScript } from "../../src/serve/chaos/script.ts";
import { parseSeed } from "../../src/serve/seed/read.ts";
import { sources } from "../../src/sources/index.ts";
import { stages } from "../../src/stages/index.ts";
import { registryRules } from "../../src/stages/registry-rules.ts";
import { type Block, callsIn, checkCall, code, type Page, proseOf, readPages, tableRows } from "./docs-blocks.ts";
import { checkPipeline, copyOf, createExamples, runCall, withServer } from "./docs-rig.ts";
import { type Rig, repository } from "./rig.ts";

const pages = readPages();
const page = (name: string): Page => pages.find((found) => found.name === name) as Page;

let examples: Rig;
beforeAll(async () => {
  examples = await createExamples();
});
afterAll(() => examples.remove());

describe.concurrent.each(pages)("$name", ({ name, blocks }) => {
  let rig: Rig;
  beforeAll(() => {
    rig = copyOf(examples);
    for (const { file, text, language } of blocks) {
      if (file !== undefined && language !== "sh") rig.write({ [file]: text });
    }
  });
  afterAll(() => rig.remove());

  test("has only blocks that something checks", () => {
    const known = ["yaml", "csv", "jsonl", "handlebars", "python", "sh", "js", "text", ""];
    expect(blocks.filter(({ language }) => !known.includes(language)).map(({ place }) => place)).toEqual([]);
  });

  test("its pipelines and parts of pipelines are valid", async () => {
    for (const block of blocks.filter(({ language }) => language === "yaml")) {
      await checkYaml(rig, block).catch((error: unknown) => {
        throw new Error(`${block.place}: ${problemsOf(error)}`, { cause: error });
      });
    }
  });

  test("its commands are what the command line takes", () => {
    for (const { place, text, language, options } of blocks) {
      if (language !== "sh" && !("workflow" in options)) continue;
      const calls = callsIn(language === "sh" ? text : runLines(parse(text)).join("\n"));
      if ("exit" in options || "workflow" in options) expect(calls.length, place).toBeGreaterThan(0);
      for (const call of calls) expect(() => checkCall(call), `${place}: ${call.words.join(" ")}`).not.toThrow();
    }
    for (const [, inline = ""] of proseOf(page(name)).matchAll(/`((?:npx )?ftpipe [a-z][^`]*)`/g)) {
      for (const call of callsIn(inline)) expect(() => checkCall(call), inline).not.toThrow();
    }
  });

  test("its commands run and end as the page says", async () => {
    let output = "";
    for (const { place, text, language, options } of blocks) {
      if (language === "text" && "output" in options) expect(output, place).toContain(text.trimEnd());
      if (language !== "sh" || "norun" in options) continue;
      const calls = callsIn(text).filter(({ words }) => !(words[0] === "chat" && words.length < 3)); // needs a person
      for (const [index, call] of calls.entries()) {
        const result = await runCall(rig, call);
        output = result.stdout + result.stderr;
        const wanted = index + 1 === calls.length ? Number(options["exit"] ?? 0) : 0;
        expect(result.code, `${place}: ${call.words.join(" ")}\n${output}`).toBe(wanted);
      }
    }
  });

  test("its programs run against ftpipe serve", async () => {
    const [server = { words: ["serve"] }] = blocks.flatMap(({ text, options }) =>
      "server" in options ? callsIn(text) : [],
    );
    const program = blocks.filter(({ language }) => language === "js").map(({ text }) => text);
    const shell = blocks.filter(({ options }) => "serve" in options).map(({ text }) => text);
    if (program.length > 0) {
      rig.write({ "program.mjs": program.join("\n") });
      const { code: exit, stdout, stderr } = await withServer(rig, server, [process.execPath, "program.mjs"]);
      expect(stderr).toBe("");
      expect(stdout).not.toBe("");
      expect(exit).toBe(0);
    }
    if (shell.length > 0) {
      const strict = shell.join("\n").replaceAll("curl ", "curl --fail ");
      const { code: exit, stdout } = await withServer(rig, server, ["bash", "-euc", strict]);
      const told = { '/models"': "list", "/chat/completions": "chat.completion", '/chaos"': "chaos" };
      const expected = Object.entries(told).filter(([path]) => strict.includes(path));
      expect(expected.length).toBeGreaterThan(0);
      for (const [, object] of expected) expect(stdout).toContain(`"object":"${object}"`);
      expect(exit).toBe(0);
    }
  });
});

const { properties } = JSON.parse(readFileSync(join(repository, "schemas/pipeline.schema.json"), "utf8")) as {
  readonly properties: object;
};
const pipelineKeys: ReadonlySet<string> = new Set(Object.keys(properties));

async function checkYaml(rig: Rig, { text, options, file, place }: Block): Promise<void> {
  if ("chaos" in options) return throwIfErrors(parseScript(place, text).problems);
  if ("seed" in options) return throwIfErrors(parseSeed(place, text).problems);
  const value = parse(text) as Record<string, unknown>;
  if ("workflow" in options) return;
  if ("trust" in options) return checkTrust(rig, text);
  if ("version" in value) {
    // Beside the examples that it was copied from, it needs a name of its own.
    const own = `block-${place.split(":")[1]}`;
    const name = file ?? `pipelines/${own}.yaml`;
    rig.write({ [name]: file === undefined ? text.replace(/^name: .*$/m, `name: ${own}`) : text });
    return checkPipeline(rig, name);
  }
  const base = parse(readFileSync(join(repository, "pipelines/reviewer.yaml"), "utf8")) as Record<string, object>;
  const at = options["fragment"];
  if (at === undefined || !pipelineKeys.has(at)) throw new Error("a part of a pipeline needs fragment=KEY");
  const own = `part-${place.split(":")[1]}`;
  const name = `pipelines/${own}.yaml`;
  rig.write({ [name]: stringify({ ...base, name: own, [at]: { ...base[at], ...value } }) });
  if (!("shape" in options)) return checkPipeline(rig, name);
  const { files } = nodePorts({});
  await loadPipeline({ file: join(rig.folder, name), workingDirectory: rig.folder, files, rules: registryRules });
}

/** The trust file lets its key go to its host. */
async function checkTrust(rig: Rig, text: string): Promise<void> {
  rig.write({ ".config/ftpipe/trust.yaml": text });
  const [{ host, key_env: variable }] = (parse(text) as { hosts: [{ host: string; key_env: string }] }).hosts;
  const ports = nodePorts({ XDG_CONFIG_HOME: join(rig.folder, ".config"), [variable]: "a-key" });
  await credentialFor({ url: new URL(`https://${host}/v1`), variable, provider: "openai-compatible" }, ports);
}

function runLines(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "run" && typeof item === "string" ? [item] : runLines(item),
  );
}

function problemsOf(error: unknown): string {
  if (!(error instanceof FtpipeError)) return String(error);
  return error.problems.map(({ message, location }) => `${location?.line ?? ""} ${message}`).join("\n");
}

describe("the documentation as a whole", () => {
  test("lists every error code under its exit code", () => {
    const listed = tableRows(page("docs/exit-codes.md")).flatMap(([exit = "", , codes = ""]) =>
      [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => [name, Number(exit)]),
    );
    expect(Object.fromEntries(listed)).toEqual(exitCodeOf);
  });

  test("says something of every command, source, rule, helper, assertion, grader, provider and stage", () => {
    const all = pages.map(({ text }) => text).join("\n");
    const missing = Object.keys(commands).filter((name) => !all.includes(`ftpipe ${name}`));
    expect(missing).toEqual([]);
    const documented = (name: string) => tableRows(page(name)).map(([first]) => code(first));
    expect(documented("docs/pipeline-file.md")).toEqual(expect.arrayContaining(Object.keys(sources)));
    expect(documented("docs/rules-and-checks.md")).toEqual(expect.arrayContaining(Object.keys(rules)));
    expect(documented("docs/evaluation.md")).toEqual(expect.arrayContaining(Object.keys(assertions)));
    expect(documented("docs/reinforcement.md")).toEqual(expect.arrayContaining(Object.keys(graders)));
    expect(documented("docs/targets.md")).toEqual(expect.arrayContaining(Object.keys(providers)));
    const templates = documented("docs/templates.md").join("\n");
    expect(Object.keys(helpers).filter((name) => !new RegExp(`(\\{\\{|\\()${name} `).test(templates))).toEqual([]);
    const path = page("docs/state-and-lock.md").text;
    expect(stages.filter(({ name }) => !path.includes(`${name} ▶`) && !path.includes(`▶ ${name}`))).toEqual([]);
  });

  test("says of each fault what it does, what it takes and how often it comes by itself", () => {
    const rows = tableRows(page("docs/chaos.md"));
    expect(rows.map(([first]) => code(first))).toEqual(expect.arrayContaining([...routeNames]));
    for (const [name, kind] of Object.entries<Kind>(kinds)) {
      const { summary, usualRate, seconds, statuses = [], ways = [] } = kind;
      const settings = [seconds === undefined ? [] : [`${seconds}s`], statuses, ways].filter(
        ({ length }) => length > 0,
      );
      const shown = settings.map((values) => values.map((value) => `\`${value}\``).join(" ")).join(", ");
      expect(rows.find(([first]) => code(first) === name)).toEqual([`\`${name}\``, summary, shown, String(usualRate)]);
    }
  });

  test("shows what templates yield", async () => {
    const templates = page("docs/templates.md");
    const row = parse(/For a row `(\{.*\})`/.exec(templates.text)?.[1] ?? "") as Record<string, unknown>;
    let shown = 0;
    for (const [first, second = ""] of tableRows(templates)) {
      const text = code(first);
      const results = second.split(" or ").map(code);
      if (text === undefined || !text.includes("{{") || results.includes(undefined)) continue;
      const source = { text, locate: () => ({ file: "" }), partials: new Map(), allowEmpty: new Set<string>() };
      const template = await compileTemplate(source);
      const yields = new Set<string>();
      for (let variant = 0; variant < 30; variant++) {
        yields.add(template.render(row, createDraw({ seed: 1, key: "a", variant, template: "t" })));
      }
      expect([...yields].sort(), text).toEqual(results.sort());
      shown++;
    }
    expect(shown).toBeGreaterThan(Object.keys(helpers).length);
  });

  test("shows answers that pass and fail each assertion", () => {
    for (const type of Object.keys(assertions)) {
      const row = tableRows(page("docs/evaluation.md")).find(([first]) => code(first) === type) ?? [];
      const [, options, pass, fail] = row.map(code);
      const score = (answer: string | undefined) =>
        assertionsByType[type]?.score(answer ?? "", parse(options ?? "") as never).pass;
      expect([type, score(pass), score(fail)]).toEqual([type, true, false]);
    }
  });

  test("links to what exists", () => {
    const broken = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, path = "", anchor]) => {
        const file = path === "" ? name : join(dirname(name), path);
        if (!existsSync(join(repository, file))) return [`${name}: ${link}`];
        if (anchor === undefined) return [];
        const headings = [...readFileSync(join(repository, file), "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
          (heading ?? "")
            .toLowerCase()
            .replace(/[^\w\s-]/g, "")
            .replace(/\s/g, "-"),
        );
        return headings.includes(anchor) ? [] : [`${name}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

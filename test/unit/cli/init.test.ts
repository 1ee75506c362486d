import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { parseArguments } from "../../../src/cli/arguments.ts";
import { run as build } from "../../../src/cli/commands/build.ts";
import { run as init } from "../../../src/cli/commands/init.ts";
import { type Command, type CommandContext, commands } from "../../../src/cli/commands.ts";
import type { Pipeline } from "../../../src/config/pipeline.gen.ts";
import { packageFile } from "../../../src/core/assets.ts";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { columnPath, yamlText } from "../../../src/core/notation.ts";
import type { Ports } from "../../../src/core/ports.ts";
import { compileTemplate } from "../../../src/dataset/template.ts";

interface Example {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A folder of a git repository, empty but for the given files, with what the commands say collected. */
async function folder(contents: Readonly<Record<string, string | Uint8Array>> = {}, inGit = true) {
  const directory = await mkdtemp(join(tmpdir(), "ftpipe-init-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  if (inGit) await mkdir(join(directory, ".git"));
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const results: string[] = [];
  const notes: string[] = [];
  const contextOf = (name: string, words: readonly string[], ports: Ports): CommandContext => {
    const { flags, mostWords } = commands[name] as Command;
    return {
      ports,
      arguments: parseArguments(words, flags, mostWords),
      terminal: {
        result: (text) => void results.push(text),
        note: (text) => void notes.push(text),
        command: (text) => void notes.push(text),
        redraws: false,
        asks: false,
        paint: (_color, text) => text,
        width: 100,
      },
      workingDirectory: directory,
      signal: new AbortController().signal,
      version: "0.0.0",
    };
  };
  const read = (path: string) => readFile(join(directory, path), "utf8");
  return {
    directory,
    results,
    notes,
    read,
    init: (words: readonly string[] = [], ports: Ports = nodePorts({})) => init(contextOf("init", words, ports)),
    pipeline: async (name: string) => parse(await read(`pipelines/${name}.yaml`)) as Pipeline,
    /** All files, by their paths, sorted; without git's. */
    list: async () => {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1)).sort();
    },
    /** Runs the local stages over a pipeline that init wrote. */
    build: async (name: string) => {
      results.length = 0;
      await build(contextOf("build", [`${name}.yaml`, "--json"], nodePorts({})));
      const { warnings } = JSON.parse(results.at(-1) ?? "") as { warnings: readonly { code: string }[] };
      const linesOf = async (split: string): Promise<readonly Example[]> => {
        const text = await read(`.ftpipe/build/${name}/${split}.jsonl`);
        return text
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Example);
      };
      const [training, validation, test] = [await linesOf("train"), await linesOf("validation"), await linesOf("test")];
      const all = [...training, ...validation, ...test];
      return { warnings: warnings.map(({ code }) => code), training, test, all };
    },
  };
}

async function failureOf(action: Promise<unknown>): Promise<FtpipeError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FtpipeError)) throw new Error(`expected an FtpipeError, got ${String(error)}`);
  return error;
}

const csvOf = (header: string, count: number, row: (index: number) => string) =>
  `${[header, ...Array.from({ length: count }, (_, index) => row(index))].join("\n")}\n`;

const tickets = csvOf(
  "id,subject,message,category",
  30,
  (index) =>
    `T-${index},${index % 3 === 0 ? "" : `Case ${index}`},"My parcel, number ${index}, is ${["late", "broken"][index % 2]}.",${["shipping", "returns"][index % 2]}`,
);
const questions = csvOf(
  "question,answer",
  24,
  (index) => `What is ${index} plus one?,"It is ${index + 1}, of course."`,
);

describe("the starter", () => {
  test("in an empty folder meets its own rules, without a warning", async () => {
    const { init, list, build, results } = await folder();
    expect(await init()).toBe(0);
    expect(results.join("\n")).toMatch(/Next: npx ftpipe run deckhand\.yaml$/);
    expect(await list()).toEqual([
      ".gitignore",
      "pipelines/data/deckhand.csv",
      "pipelines/deckhand.yaml",
      "templates/deckhand/assistant.hbs",
      "templates/deckhand/greeting.hbs",
      "templates/deckhand/system.hbs",
    ]);
    const { warnings, training, test } = await build("deckhand");
    expect(warnings).toEqual([]);
    expect(training.length).toBeGreaterThanOrEqual(40);
    expect(test.length).toBeGreaterThanOrEqual(4);
  });

  test("teaches what its evaluation asks for, and asks for a task that it does not teach", async () => {
    const { init, build, pipeline } = await folder();
    await init();
    const { all } = await build("deckhand");
    const [heldOut, own] = (await pipeline("deckhand")).evaluation.tests;
    const persona = heldOut?.assert.find(({ type }) => type === "regex") as { value: string } | undefined;
    const pattern = new RegExp(persona?.value ?? "(?!)");
    for (const { messages } of all) expect(messages.at(-1)?.content).toMatch(pattern);
    const { task } = { task: "", ...own?.vars };
    expect(task).not.toBe("");
    expect(all.filter(({ messages }) => messages[1]?.content.includes(task))).toEqual([]);
  });

  test("takes another name for itself, its files and its folders", async () => {
    const { init, list, build, read } = await folder();
    await init(["--name", "bosun"]);
    expect((await list()).filter((path) => path.includes("deckhand"))).toEqual([]);
    for (const path of await list()) expect(await read(path)).not.toContain("deckhand");
    expect((await build("bosun")).training.length).toBeGreaterThanOrEqual(10);
  });

  test("names a schema that comes with the package", async () => {
    const { init, read } = await folder();
    await init();
    const [first = ""] = (await read("pipelines/deckhand.yaml")).split("\n");
    const [, path = ""] = /^# yaml-language-server: \$schema=\.\.\/node_modules\/ftpipe\/(.+)$/.exec(first) ?? [];
    expect(existsSync(packageFile(path))).toBe(true);
    const { files } = JSON.parse(await readFile(packageFile("package.json"), "utf8")) as { files: readonly string[] };
    expect(files).toContain(path);
  });

  test("builds outside a git repository too: the root is then the folder that holds pipelines/", async () => {
    const { init, build, notes } = await folder({}, false);
    await init();
    expect((await build("deckhand")).all.length).toBeGreaterThan(10);
    expect(notes.filter((note) => note.includes("PATH_INVALID"))).toEqual([]);
  });
});

describe("a proposal", () => {
  test("for few short answers is a classification with its labels, accuracy and a bound over guessing", async () => {
    const { init, build, pipeline, results, read } = await folder({ "tickets.csv": tickets });
    expect(await init(["tickets.csv", "--name", "triage"])).toBe(0);
    expect(results.join("\n")).toContain("classification: 2 different answers in 30 rows");
    const { source, dataset, evaluation } = await pipeline("triage");
    expect(source).toMatchObject({ type: "csv", path: "../tickets.csv", key: "id" });
    expect(dataset.rules).toEqual([{ type: "one_of", role: "assistant", values: ["shipping", "returns"] }]);
    expect(evaluation.tests[0]).toMatchObject({ from: "split.test", assert: [{ type: "equals" }] });
    expect(evaluation.gate).toContainEqual({ metric: "accuracy", minimum: 0.6 });
    expect(await read("templates/triage/assistant.hbs")).toContain("{{category}}");
    const { all } = await build("triage");
    const texts = all.map(({ messages }) => messages.map(({ content }) => content));
    expect(texts).toContainEqual([
      "Answer with one of: shipping, returns.",
      "Message: My parcel, number 1, is broken.\nSubject: Case 1",
      "returns",
    ]);
  });

  test("leaves the line of an empty cell out", async () => {
    const { init, build } = await folder({ "tickets.csv": tickets });
    await init(["tickets.csv"]);
    const { all } = await build("tickets");
    const asked = all.map(({ messages }) => messages[1]?.content);
    expect(asked.filter((text) => text?.includes("Subject:") === false).length).toBeGreaterThan(0);
    expect(asked.filter((text) => /Subject: (?!Case)|\n$/.test(text ?? ""))).toEqual([]);
  });

  test("for texts asks with the other column and bounds the answer's length", async () => {
    const { init, build, pipeline } = await folder({ "data/faq.csv": questions });
    await init(["data/faq.csv"]);
    const { name, source, dataset, evaluation } = await pipeline("faq");
    expect(name).toBe("faq");
    expect(source).toMatchObject({ path: "../data/faq.csv", key: "question" });
    expect(dataset.rules).toEqual([{ type: "min_words", role: "assistant", value: 5 }]);
    expect(evaluation.gate).toEqual([{ metric: "length", minimum: 0.8 }]);
    const { all } = await build("faq");
    expect(all.map(({ messages }) => messages)).toContainEqual([
      { role: "user", content: "What is 3 plus one?" },
      { role: "assistant", content: "It is 4, of course." },
    ]);
  });

  test("copes with a byte order mark, semicolons, CRLF and names that are no identifiers", async () => {
    const rows = csvOf(
      "Ticket ID;first name;else;a ]{{x}} b;true;Final Answer",
      20,
      (index) => `${index};"Ann; ${index}";no ${index};{{x}};yes;"Dear ""Ann"", that is number ${index}."`,
    );
    const bytes = Buffer.from(`\uFEFF${rows.replaceAll("\n", "\r\n")}`);
    const { init, build, pipeline } = await folder({ "My data (1).csv": bytes });
    await init(["My data (1).csv"]);
    expect((await pipeline("my-data-1")).source).toMatchObject({ delimiter: ";", key: "Ticket ID" });
    const { all } = await build("my-data-1");
    expect(all.map(({ messages }) => messages)).toContainEqual([
      { role: "user", content: "First name: Ann; 0\nElse: no 0\nA ]x b: {{x}}\nTrue: yes" },
      { role: "assistant", content: 'Dear "Ann", that is number 0.' },
    ]);
  });

  test("of columns that may all be empty allows it for one of them", async () => {
    const rows = csvOf(
      "a,b,reply",
      20,
      (index) => `${index % 2 ? "" : `a${index}`},${index % 2 ? `b${index}` : ""},Fine ${index}`,
    );
    const { init, build, pipeline } = await folder({ "data.csv": rows });
    await init(["data.csv"]);
    expect((await pipeline("data")).source).toMatchObject({ allow_empty: ["a"] });
    expect((await build("data")).training.length).toBeGreaterThanOrEqual(10);
  });

  test("warns of what keeps it from running, and writes it all the same", async () => {
    const rows =
      "id,text,label\n1,one,Good\n2,two,good\n3,three,\n4,four,Good\n5,five,Good\n6,six,Good\n7,seven,Good\n";
    const { init, notes, list } = await folder({ "data.csv": rows });
    expect(await init(["data.csv"])).toBe(0);
    expect(notes.join("\n")).toContain("at least 10 training examples");
    expect(notes.join("\n")).toContain("data.csv:4");
    expect(notes.join("\n")).toContain('"Good" and "good"');
    expect(await list()).toContain("pipelines/data.yaml");
  });

  test("of rows that the built-in model can't take says so", async () => {
    const long = Array.from({ length: 200 }, () => "word").join(" ");
    const { init, notes } = await folder({ "data.csv": `${questions}Why?,${long}\n` });
    await init(["data.csv"]);
    expect(notes.join("\n")).toMatch(/data\.csv:26 .*201 words/);
  });
});

describe("init refuses", () => {
  test("to overwrite: it names every file in the way and writes nothing", async () => {
    const mine = { "pipelines/deckhand.yaml": "mine", "templates/deckhand/system.hbs": "mine too" };
    const { init, list, read } = await folder(mine);
    const error = await failureOf(init());
    expect(error.code).toBe("INIT_EXISTS");
    expect(error.problems.map(({ location }) => location?.file)).toEqual(Object.keys(mine));
    expect(await list()).toEqual(Object.keys(mine));
    expect(await read("pipelines/deckhand.yaml")).toBe("mine");
  });

  test("a file outside the folder, behind a link too", async () => {
    const outer = await folder({ "data.csv": questions });
    const { init, list, directory } = await folder();
    await symlink(join(outer.directory, "data.csv"), join(directory, "link.csv"));
    for (const path of [`../${basename(outer.directory)}/data.csv`, join(outer.directory, "data.csv"), "link.csv"]) {
      expect(await failureOf(init([path]))).toMatchObject({
        code: "USAGE",
        message: expect.stringContaining("outside"),
      });
    }
    expect(await list()).toEqual([]);
  });

  test("a bad CSV with all that is wrong with it, and writes nothing", async () => {
    const { init, list } = await folder({ "bad.csv": "a,b\n1\n1,2\n1,2,3\n" });
    const error = await failureOf(init(["bad.csv"]));
    expect(error.code).toBe("ROW_RAGGED");
    expect(error.problems.map(({ location }) => location?.line)).toEqual([2, 4]);
    expect(await list()).toEqual(["bad.csv"]);
  });

  test.each([
    ["nothing.csv", "SOURCE_NOT_FOUND"],
    ["folder", "USAGE"],
    ["rows.jsonl", "USAGE"],
    ["one.csv", "SOURCE_INVALID"],
    ["empty.csv", "SOURCE_EMPTY"],
  ] as const)("%s with %s", async (path, code) => {
    const { init } = await folder({ "folder/x": "", "rows.jsonl": "{}\n", "one.csv": "a\n1\n", "empty.csv": "" });
    expect((await failureOf(init([path]))).code).toBe(code);
  });

  test("a name that no pipeline can have, and offers one", async () => {
    const { init } = await folder();
    const error = await failureOf(init(["--name", "Mein Käse!"]));
    expect(error).toMatchObject({ code: "USAGE", hint: expect.stringContaining("--name mein-kase") });
  });
});

test("a write that fails takes back those before it", async () => {
  const { init, list, directory } = await folder();
  const ports = nodePorts({});
  const full = new FtpipeError("FILE_UNWRITABLE", "The disk is full.");
  const writeAtomic: Ports["files"]["writeAtomic"] = async (path, data) => {
    if (path === join(directory, "templates/deckhand/assistant.hbs")) throw full;
    await ports.files.writeAtomic(path, data);
  };
  const error = await failureOf(init([], { ...ports, files: { ...ports.files, writeAtomic } }));
  expect(error).toBe(full);
  expect(await list()).toEqual([]);
});

test.each([
  ["dist/", "dist/\n.ftpipe/\nnode_modules/\n"],
  ["/node_modules\r\n", "/node_modules\r\n.ftpipe/\n"],
  ["node_modules/\n.ftpipe\n", "node_modules/\n.ftpipe\n"],
])("an ignore file with %j keeps its lines and gains what is missing", async (before, after) => {
  const { init, read } = await folder({ ".gitignore": before });
  await init();
  expect(await read(".gitignore")).toBe(after);
});

test("--json prints what was written and what to do next, and nothing else", async () => {
  const { init, results } = await folder({ "faq.csv": questions });
  await init(["faq.csv", "--json"]);
  expect(results).toHaveLength(1);
  expect(JSON.parse(results[0] ?? "")).toEqual({
    written: ["pipelines/faq.yaml", "templates/faq/user.hbs", "templates/faq/assistant.hbs", ".gitignore"],
    pipeline: "pipelines/faq.yaml",
    next: "ftpipe run faq.yaml",
  });
});

const awkward = [
  "plain",
  "two words",
  "no",
  "Null",
  "1",
  "1e3",
  "a: b",
  "#x",
  "- x",
  "{a}",
  "[b]",
  "'",
  '"',
  "a\\b",
  "é",
  "\u0085",
  "\t",
  "x, y",
  "*a",
  ".5",
  "../up.csv",
  "",
];

test.each(awkward)("the text %j comes back from YAML as it was", (text) => {
  expect(parse(`[${yamlText(text)}, { ${yamlText(text)}: ${yamlText(text)} }]`)).toEqual([text, { [text]: text }]);
});

test.each(["product", "first name", "else", "true", "2024", "a.b", "x]y", "{{x}}", "../up", "@root", "größe", "pick"])(
  "the column %j is what its path in a template names",
  async (name) => {
    const template = await compileTemplate({
      text: `{{#if ${columnPath(name)}}}{{${columnPath(name)}}}{{/if}}`,
      locate: (line, column) => ({ file: "x.hbs", line, column }),
      partials: new Map(),
    });
    expect(template.render({ [name]: "here" }, { next: () => 0 })).toBe("here");
  },
);

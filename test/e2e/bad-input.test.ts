import { createServer } from "node:net";
import { expect, test } from "vitest";
import { createRig, tinyPipeline } from "./rig.ts";

type Files = Readonly<Record<string, string>>;

interface Bad {
  readonly files: Files;
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly exit?: number;
  readonly code: string;
  /** Part of the output: the place, then the message, as `file:line:column  message`. */
  readonly place?: string;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const yaml = (change: (text: string) => string): Files => tinyPipeline(change);
const replaced = (from: string, to: string): Files => {
  const files = tinyPipeline((text) => text.replace(from, to));
  if (files["towns.yaml"] === tinyPipeline()["towns.yaml"]) throw new Error(`"${from}" is not in the pipeline`);
  return files;
};
const csv = (text: string): Files => ({ ...tinyPipeline(), "towns.csv": text });
const rows = (count: number) => Array.from({ length: count }, (_, i) => `town${i},Hello`).join("\n");
const run = ["run", "towns.yaml"];

const table: Readonly<Record<string, Bad>> = {
  "a pipeline that is not there": {
    files: {},
    words: ["check", "nothing.yaml"],
    code: "PIPELINE_NOT_FOUND",
    place: "nothing.yaml",
    message: /no pipeline/,
    hint: /ftpipe init/,
  },
  "a misspelt pipeline": {
    files: tinyPipeline(),
    words: ["check", "town.yaml"],
    code: "PIPELINE_NOT_FOUND",
    place: "town.yaml",
    message: /no pipeline/,
    hint: /Did you mean "towns\.yaml"/,
  },
  "an empty pipeline": {
    files: yaml(() => ""),
    code: "PIPELINE_INVALID",
    place: "towns.yaml",
    message: /empty/,
    hint: /ftpipe init/,
  },
  "an unknown key": {
    files: replaced("training:", "trainning:"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:9:1",
    message: /Unknown key "trainning"/,
    hint: /Did you mean "training"/,
  },
  "an unknown key, nested": {
    files: replaced("n_epochs: 2", "epochs: 2"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:9:56",
    message: /Unknown key "epochs"/,
    hint: /Did you mean "n_epochs"/,
  },
  "a wrong type": {
    files: replaced("seed: 3", "seed: three"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:5:9",
    message: /must be a whole number, not "three"/,
    hint: /Seeds/,
  },
  "a number where a text belongs": {
    files: replaced("path: towns.csv", "path: 7"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:3:28",
    message: /must be a text, not 7/,
    hint: /quotes/,
  },
  "an unknown provider": {
    files: replaced("provider: local", "provider: locl"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:11:22",
    message: /Unknown provider "locl"/,
    hint: /Did you mean "local"/,
  },
  "an unknown source type": {
    files: replaced("type: csv", "type: excel"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:3:17",
    message: /Unknown type "excel"/,
    hint: /csv, jsonl, messages/,
  },
  "an unknown assertion": {
    files: replaced("type: word-count", "type: word-cuont"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:18:24",
    message: /Unknown type "word-cuont"/,
    hint: /Did you mean "word-count"/,
  },
  "an epoch count out of range": {
    files: replaced("n_epochs: 2", "n_epochs: 99"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:9:66",
    message: /<= 50, not 99/,
    hint: /1 to 50/,
  },
  "a hyperparameter that the provider does not take": {
    files: replaced("n_epochs: 2", "learning_rate: 0.1"),
    code: "TARGET_UNSUPPORTED",
    place: "towns.yaml:9:56",
    message: /does not take learning_rate/,
    hint: /learning_rate_multiplier/,
  },
  "no assertions": {
    files: replaced("assert: [{ type: word-count, value: { max: 50 } }]", "assert: []"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:18:15",
    message: /assert is empty/,
    hint: /What the answer must meet/,
  },
  "a gate over a metric that nobody measures": {
    files: yaml((text) => `${text}  gate: [{ metric: pass_rat, minimum: 0.5 }]\n`),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:19:20",
    message: /no metric "pass_rat"/,
    hint: /Did you mean "pass_rate"/,
  },
  "a gate rule without a bound": {
    files: yaml((text) => `${text}  gate: [{ metric: pass_rate }]\n`),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:19:10",
    message: /no bound/,
    hint: /minimum or maximum/,
  },
  "a pattern that does not compile": {
    files: replaced("type: word-count, value: { max: 50 }", 'type: regex, value: "(a"'),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:18:16",
    message: /regex/,
    hint: /./,
  },
  "a secret": {
    files: replaced("suffix: towns", `suffix: sk-${"a1".repeat(20)}`),
    exit: 11,
    code: "SECRET_IN_PIPELINE",
    place: "towns.yaml:9:30",
    message: /looks like an OpenAI key/,
    hint: /api_key_env/,
  },
  "a merge conflict": {
    files: yaml((text) => `<<<<<<< HEAD\n${text}`),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:1:1",
    message: /conflict markers/,
    hint: /Resolve/,
  },
  "a duplicate key": {
    files: yaml((text) => `${text}name: again\n`),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:19:1",
    message: /unique/,
    hint: /./,
  },
  "a tab": {
    files: replaced("  seed: 3", "\tseed: 3"),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:5:1",
    message: /[Tt]ab/,
    hint: /spaces/,
  },
  "an unknown column": {
    files: replaced("{{town}}?", "{{twon}}?"),
    code: "TEMPLATE_UNKNOWN_COLUMN",
    place: "towns.yaml:7:33",
    message: /no column "twon"/,
    hint: /Did you mean "town"/,
  },
  "an unknown column in a file of templates": {
    files: {
      ...replaced('content: "{{greeting}} {{town}}"', "template: answer.hbs"),
      "answer.hbs": "So:\n  {{greting}}!\n",
    },
    code: "TEMPLATE_UNKNOWN_COLUMN",
    place: "answer.hbs:2:5",
    message: /no column "greting"/,
    hint: /Did you mean "greeting"/,
  },
  "a template that is not there": {
    files: replaced('content: "{{greeting}} {{town}}"', "template: answer.hbs"),
    code: "TEMPLATE_NOT_FOUND",
    place: "towns.yaml:8:36",
    message: /no file answer\.hbs/,
    hint: /relative/,
  },
  "a template that is not closed": {
    files: replaced("{{town}}?", "{{#if town}}?"),
    code: "TEMPLATE_INVALID",
    place: "towns.yaml:7:",
    message: /./,
    hint: /./,
  },
  "a source that is not there": {
    files: replaced("path: towns.csv", "path: tows.csv"),
    code: "SOURCE_NOT_FOUND",
    place: "towns.yaml:3:28",
    message: /no file tows\.csv/,
    hint: /Did you mean "towns\.csv"/,
  },
  "a source outside the project": {
    files: { ...replaced("path: towns.csv", "path: ../../../etc/hostname") },
    code: "PATH_INVALID",
    place: "towns.yaml:3:28",
    message: /leads out|no regular file|no file/,
    hint: /./,
  },
  "a missing key column": {
    files: replaced("key: town", "key: id"),
    code: "KEY_MISSING",
    place: "towns.yaml:3:",
    message: /id/,
    hint: /town, greeting/,
  },
  "a duplicate key in the data": {
    files: csv(`town,greeting\n${rows(14)}\ntown3,Hello\n`),
    code: "KEY_DUPLICATE",
    place: "towns.csv:16",
    message: /town3/,
    hint: /./,
  },
  "a ragged CSV": {
    files: csv(`town,greeting\n${rows(14)}\na,b,c\nd,e,f\n`),
    code: "ROW_RAGGED",
    place: "towns.csv:16",
    message: /3 cells.*\+1 more: 17/,
    hint: /comma/,
  },
  "an unclosed quote, where it opens": {
    files: csv(`town,greeting\n${rows(12)}\nx,"Hello\n${rows(3)}\n`),
    code: "SOURCE_INVALID",
    place: "towns.csv:14",
    message: /quote/i,
    hint: /./,
  },
  "latin-1": {
    files: { ...tinyPipeline(), "towns.csv": "LATIN1" },
    code: "SOURCE_ENCODING",
    place: "towns.csv:",
    message: /UTF-8/,
    hint: /encoding: latin1/,
  },
  "an empty CSV": { files: csv(""), code: "SOURCE_EMPTY", place: "towns.csv", message: /./, hint: /./ },
  "a CSV with a header only": {
    files: csv("town,greeting\n"),
    code: "SOURCE_EMPTY",
    place: "towns.csv",
    message: /./,
    hint: /./,
  },
  "a CSV with another delimiter": {
    files: csv(`town;greeting\n${rows(14).replaceAll(",", ";")}\n`),
    code: "SOURCE_INVALID",
    place: "towns.csv",
    message: /./,
    hint: /delimiter/,
  },
  "a Git LFS pointer": {
    files: csv("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n"),
    code: "SOURCE_INVALID",
    place: "towns.csv",
    message: /LFS/,
    hint: /git lfs pull/,
  },
  "duplicate columns": {
    files: csv(`town,town\n${rows(14)}\n`),
    code: "SOURCE_INVALID",
    place: "towns.csv:1",
    message: /town/,
    hint: /./,
  },
  "an empty cell": {
    files: csv(`town,greeting\n${rows(14)}\nx,\n`),
    code: "TEMPLATE_EMPTY_CELL",
    place: "towns.yaml:8:",
    message: /greeting/,
    hint: /allow_empty|default/,
  },
  "fewer than ten examples": {
    files: csv(`town,greeting\n${rows(9)}\n`),
    code: "EXAMPLES_TOO_FEW",
    place: "towns.",
    message: /9/,
    hint: /10/,
  },
  "a case variable that no template uses": {
    files: replaced("vars: { town: Oslo }", "vars: { town: Oslo, twon: x }"),
    code: "CASE_INVALID",
    place: "towns.yaml:17:",
    message: /twon/,
    hint: /town/,
  },
  "a case without the variable that the template needs": {
    files: replaced("vars: { town: Oslo }", "vars: {}"),
    code: "CASE_INVALID",
    place: "towns.yaml:17:",
    message: /town/,
    hint: /./,
  },
  "a row that the model can't take": {
    files: { ...csv(`town,greeting\n${rows(14)}\nx,${"Hello ".repeat(200)}\n`) },
    code: "TARGET_UNSUPPORTED",
    place: "towns.csv:16",
    message: /ftpipe-nano can't take .* tokens; ftpipe-nano takes at most 512/,
    hint: /another target/,
  },
  "a gate bound in percent": {
    files: yaml((text) => `${text}  gate: [{ metric: pass_rate, minimum: 50 }]\n`),
    code: "PIPELINE_INVALID",
    place: "towns.yaml:19:40",
    message: /minimum must be <= 1, not 50/,
    hint: /as a share: 0\.8 is 80 %/,
  },
  "an unknown target": {
    files: tinyPipeline(),
    words: [...run, "--target", "lokal"],
    code: "TARGET_UNKNOWN",
    place: "towns.yaml:",
    message: /"lokal"/,
    hint: /Did you mean "local"/,
  },
  "several targets and no choice": {
    files: replaced("default_target: local\n", ""),
    words: run,
    code: "TARGET_REQUIRED",
    place: "towns.yaml:",
    message: /several targets/,
    hint: /local, echo/,
  },
  "a missing key of a provider": {
    files: replaced("echo: { provider: echo }", "paid: { provider: openai, model: gpt-4.1-mini-2025-04-14 }"),
    words: [...run, "--target", "paid", "--yes"],
    exit: 4,
    code: "CREDENTIALS_MISSING",
    message: /OPENAI_API_KEY is not set/,
    hint: /--target local/,
  },
  "a paid target and nobody to ask": {
    files: replaced("echo: { provider: echo }", "paid: { provider: openai, model: gpt-4.1-mini-2025-04-14 }"),
    words: [...run, "--target", "paid"],
    exit: 11,
    environment: { OPENAI_API_KEY: "sk-canary-0123456789" },
    code: "CONSENT_REQUIRED",
    message: /costs money/,
    hint: /--yes/,
  },
  "a cost above the limit": {
    files: replaced("echo: { provider: echo }", "paid: { provider: openai, model: gpt-4.1-mini-2025-04-14 }"),
    words: [...run, "--target", "paid", "--yes", "--max-cost", "0"],
    exit: 11,
    environment: { OPENAI_API_KEY: "sk-canary-0123456789" },
    code: "COST_LIMIT",
    message: /--max-cost 0/,
    hint: /Fewer rows/,
  },
  "a foreign host": {
    files: replaced(
      "echo: { provider: echo }",
      'other: { provider: openai-compatible, base_url: "https://llm.example.org/v1", model: m, api_key_env: MY_KEY }',
    ),
    words: [...run, "--target", "other", "--yes"],
    exit: 11,
    environment: { MY_KEY: "canary-0123456789" },
    code: "HOST_UNTRUSTED",
    message: /llm\.example\.org is not trusted/,
    hint: /FTPIPE_TRUST_HOST/,
  },
  "a paid key for this machine": {
    files: replaced(
      "echo: { provider: echo }",
      'other: { provider: openai-compatible, base_url: "http://127.0.0.1:9/v1", model: m, api_key_env: OPENAI_API_KEY }',
    ),
    words: [...run, "--target", "other"],
    exit: 11,
    environment: { OPENAI_API_KEY: "sk-canary-0123456789" },
    code: "KEY_NOT_ALLOWED",
    message: /must not be sent to 127\.0\.0\.1:9/,
    hint: /made for it/,
  },
  "a server that is not there": {
    files: replaced(
      "echo: { provider: echo }",
      'other: { provider: openai-compatible, base_url: "http://127.0.0.1:9/v1", model: m, trains: false, tuned_model: x }',
    ),
    words: [...run, "--target", "other"],
    exit: 5,
    code: "NETWORK",
    message: /Cannot reach 127\.0\.0\.1:9/,
    hint: /run again|same command again/,
  },
  "an unknown command": {
    files: {},
    words: ["rum"],
    code: "USAGE",
    message: /no command "rum"/,
    hint: /Did you mean "run"/,
  },
  "an unknown flag": {
    files: tinyPipeline(),
    words: ["run", "--taget", "local"],
    code: "USAGE",
    message: /--taget/,
    hint: /Did you mean "--target"/,
  },
  "a stage that is not there": {
    files: tinyPipeline(),
    words: ["run", "--until", "upload-it"],
    code: "USAGE",
    message: /no stage/,
    hint: /upload/,
  },
  "forcing what could cost money": {
    files: tinyPipeline(),
    words: ["run", "--force", "train"],
    code: "USAGE",
    message: /could buy a training/,
    hint: /--new-attempt/,
  },
  "a --set without a value": {
    files: tinyPipeline(),
    words: ["check", "--set", "name"],
    code: "USAGE",
    message: /--set name/,
    hint: /key\.path=value/,
  },
  "a broken lock": {
    files: { ...tinyPipeline(), "towns.lock.yaml": "<<<<<<< HEAD\n" },
    exit: 9,
    code: "LOCK_DAMAGED",
    place: "towns.lock.yaml",
    message: /conflict markers/,
    hint: /git checkout/,
  },
};

test.concurrent.each(Object.entries(table))(
  "%s: one clear message, its exit code, nothing written",
  async (_name, bad) => {
    const rig = createRig(bad.files);
    try {
      if (bad.files["towns.csv"] === "LATIN1") {
        const { writeFileSync } = await import("node:fs");
        writeFileSync(
          `${rig.folder}/towns.csv`,
          Buffer.from(`town,greeting\nZ\xfcrich,Hello\n${rows(14)}\n`, "latin1"),
        );
      }
      const words = bad.words ?? ["check", "towns.yaml"];
      const { code, stdout, stderr } = await rig.ftpipe(
        words,
        bad.environment === undefined ? {} : { environment: bad.environment },
      );
      const output = stdout + stderr;
      expect(output).toContain(`✖ ${bad.code}`);
      const report = output.slice(output.indexOf(`✖ ${bad.code}`));
      if (bad.place !== undefined) expect(report.split("\n")[0]).toContain(bad.place);
      expect(report).toMatch(bad.message);
      expect(report.split("\n").slice(1).join("\n")).toMatch(bad.hint);
      expect(output).not.toMatch(/\n\s+at .*[\w)]+:\d+:\d+|please report|canary/i);
      expect(code).toBe(bad.exit ?? 2);
      const written = await import("node:fs").then(({ readdirSync }) =>
        readdirSync(rig.folder).filter((name) => name !== ".ftpipe"),
      );
      expect(written.sort()).toEqual(Object.keys(bad.files).sort());
    } finally {
      rig.remove();
    }
  },
);

test("a port in use: exit 9, and another port is proposed", async () => {
  const rig = createRig();
  const other = createServer();
  const port = await new Promise<number>((done) =>
    other.listen(0, "127.0.0.1", () => done((other.address() as { port: number }).port)),
  );
  try {
    const { code, stderr } = await rig.ftpipe(["serve", "--port", String(port)]);
    expect(stderr).toMatch(/✖ PORT_IN_USE .*\n.*--port/);
    expect(code).toBe(9);
  } finally {
    other.close();
    rig.remove();
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkPipeline } from "./docs-rig.ts";
import { account, faqLines, resultsCsv, reviewLines, reviewValidation } from "./import-account.ts";
import { createRig, type Rig, type Running, tinyPipeline } from "./rig.ts";

let host: Rig;
let server: Running;
let url: string;
let key: string;
/** A project into which everything was imported. */
let project: Rig;
let all: { readonly jobs: number; readonly pipelines: number; readonly imported: readonly Imported[] };

interface Imported {
  readonly from: string;
  readonly status: string;
  readonly pipeline?: string;
  readonly template?: {
    readonly proposed: boolean;
    readonly same?: string;
    readonly share?: number;
    readonly columns?: readonly string[];
  };
  readonly missing: readonly { readonly what: string }[];
  readonly problems: readonly { readonly code: string; readonly location?: { readonly line?: number } }[];
}

const flags = () => ["--base-url", url, "--api-key-env", "FTPIPE_OLD_KEY"];
const environment = () => ({ environment: { FTPIPE_OLD_KEY: key } });
const importInto = (rig: Rig, ...words: readonly string[]) =>
  rig.ftpipe(["import", ...words, ...flags()], environment());

beforeAll(async () => {
  host = createRig({ "past.json": JSON.stringify(account) });
  server = host.start(["serve", "--port", "0", "--json", "--state", "server", "--seed-state", "past.json"]);
  ({ url, key } = JSON.parse(await server.until(/\}\n/)) as { url: string; key: string });
  project = createRig();
  const { code, stdout, stderr } = await importInto(project, "--all", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  all = JSON.parse(stdout) as typeof all;
});

afterAll(async () => {
  server.child.kill("SIGKILL");
  await server.ended;
  host.remove();
  project.remove();
});

const importedFrom = (id: string): Imported => {
  const found = all.imported.find(({ from }) => from === id);
  if (found === undefined) throw new Error(`${id} was not imported`);
  return found;
};
const yamlOf = (rig: Rig, name: string) =>
  parse(rig.read(`pipelines/${name}.yaml`)) as Record<string, Record<string, unknown>>;
const lockOf = (name: string) =>
  (parse(project.read(`pipelines/${name}.lock.yaml`)) as { targets: { server: Record<string, unknown> } }).targets
    .server;

describe("ftpipe import --all", () => {
  test("imports every job of the account, and lists what has no pipeline", () => {
    expect([all.jobs, all.pipelines]).toEqual([13, 10]);
    const without = all.imported.filter(({ pipeline }) => pipeline === undefined).map(({ from }) => from);
    expect(without).toEqual(["ftjob-lost0000007", "ftjob-torn0000011", "ftjob-old00000012"]);
    expect(importedFrom("ftjob-lost0000007").missing.map(({ what }) => what)).toContain("the training file file-lost");
    expect(importedFrom("ftjob-labels00008").missing.map(({ what }) => what)).toContain(
      "the validation file file-lost-held",
    );
  });

  test("every imported pipeline passes the checks, and is named as its job was", async () => {
    const made = all.imported.flatMap(({ pipeline }) => pipeline ?? []);
    for (const pipeline of made) await checkPipeline(project, pipeline);
    expect(made).toContain("pipelines/shop-faq.yaml"); // of the model's name, since the job itself does not say it
    expect(made).toContain("pipelines/brief-texts.yaml");
    expect(made).toContain("pipelines/reviewer-2.yaml");
  }, 120_000);

  test("a pipeline from templates builds the job's bytes again", async () => {
    expect(importedFrom("ftjob-reviewer0001").template).toMatchObject({
      proposed: true,
      same: "bytes",
      columns: ["product", "price", "answer"],
    });
    await project.ftpipe(["build", "reviewer"]);
    expect(project.read(".ftpipe/build/reviewer/train.jsonl")).toBe(reviewLines);
    expect(project.read(".ftpipe/build/reviewer/validation.jsonl")).toBe(reviewValidation);
    expect(project.read("templates/reviewer/user.hbs")).toBe(
      "Review this product: {{product}}.\nPrice: {{price}} EUR\n",
    );
  });

  test("where Python wrote the lines, the messages are the same and the file is kept as it came", async () => {
    expect(importedFrom("ftjob-faq00000002").template).toMatchObject({ proposed: true, same: "messages" });
    expect(project.read("pipelines/data/shop-faq.jsonl")).toBe(faqLines);
    await project.ftpipe(["build", "shop-faq"]);
    const messages = (text: string) =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    expect(messages(project.read(".ftpipe/build/shop-faq/train.jsonl"))).toEqual(messages(faqLines));
  });

  test("lines that not all have one shape stay as they are, with the share that has", () => {
    expect(importedFrom("ftjob-nearly00010").template).toMatchObject({ proposed: false, share: 12 / 14 });
    expect(yamlOf(project, "aisles")["source"]).toEqual({ type: "messages", path: "data/aisles.jsonl" });
    expect(importedFrom("ftjob-tools000009").template?.proposed).toBe(false);
  });

  test("the recipe is the job's, but for what belongs to the provider's own scale", () => {
    expect(yamlOf(project, "reviewer")["training"]).toEqual({
      method: "supervised",
      suffix: "reviewer",
      seed: 42,
      hyperparameters: { n_epochs: 3 },
    });
    expect(project.read("pipelines/reviewer.yaml")).toContain("#   learning_rate_multiplier: 1.8");
    expect(yamlOf(project, "shop-faq")["training"]).toEqual({
      method: "supervised",
      suffix: "shop-faq",
      hyperparameters: { n_epochs: 4 },
    });
    expect(yamlOf(project, "sales")["training"]).toMatchObject({
      method: "dpo",
      hyperparameters: { n_epochs: 2, beta: 0.1 },
    });
    expect(yamlOf(project, "prices")["training"]).toMatchObject({
      method: "reinforcement",
      hyperparameters: { reasoning_effort: "low", eval_interval: 5 },
      grader: { type: "multi", graders: { near: { type: "python", source: "graders/prices/near.py" } } },
    });
    expect(project.read("pipelines/graders/prices/near.py")).toContain("def grade(sample, item):");
  });

  test("the lock knows the job and its model, and whether that still answers", async () => {
    expect(lockOf("reviewer")).toMatchObject({
      candidate: "ft:gpt-4.1-mini-2025-04-14:acme:reviewer:Rev00001",
      accepted: "ft:gpt-4.1-mini-2025-04-14:acme:reviewer:Rev00001",
      attempts: [{ verdict: "imported", ids: { job: "ftjob-reviewer0001", files: { training: "file-reviews" } } }],
    });
    const gone = lockOf("shop-faq");
    expect(gone).toMatchObject({ candidate: "ft:gpt-3.5-turbo-0613:acme:shop-faq:Faq00002" });
    expect(gone).not.toHaveProperty("accepted");
    const past = lockOf("sales");
    expect(past).toMatchObject({ candidate: "ft:gpt-4.1-mini-2025-04-14:acme:sales:Dpo00003" });
    expect(past).not.toHaveProperty("accepted");
    expect(importedFrom("ftjob-pairs000003").missing).toEqual([
      {
        kind: "model",
        what: "the model ft:gpt-4.1-mini-2025-04-14:acme:sales:Dpo00003",
        because: "it was shut down on 2026-01-14",
      },
    ]);
    expect(lockOf("brief-texts")).toMatchObject({ attempts: [{ outcome: "cancelled" }] });
    expect((await project.ftpipe(["verify", "reviewer"])).code).toBe(0);
    expect((await project.ftpipe(["plan", "reviewer"])).stdout).toContain("no row changed");
  });

  test("the API's own answers are kept, the step metrics as CSV", () => {
    const folder = "imports/ftjob-reviewer0001";
    expect(project.read(`${folder}/file-metrics.csv`)).toBe(resultsCsv);
    expect(JSON.parse(project.read(`${folder}/job.json`))).toMatchObject({
      id: "ftjob-reviewer0001",
      metadata: { team: "shop" },
    });
    expect(JSON.parse(project.read(`${folder}/events.json`))).toHaveLength(1);
    expect(JSON.parse(project.read(`${folder}/checkpoints.json`))).toMatchObject([{ step_number: 22 }]);
    expect(JSON.parse(project.read(`${folder}/model.json`))).toMatchObject({ shutdown_date: "2999-01-14" });
  });

  test("half-written lines and rows of the older form are told with their line; what was fetched stays", () => {
    expect(importedFrom("ftjob-torn0000011").problems).toMatchObject([
      { code: "SOURCE_INVALID", location: { line: 11 } },
    ]);
    expect(project.read("pipelines/data/torn.jsonl")).toBe(reviewLines.slice(0, -40));
    expect(importedFrom("ftjob-old00000012").problems).toMatchObject([
      { code: "SOURCE_INVALID", location: { line: 1 } },
    ]);
  });

  test("what people changed stays when they import again", async () => {
    const yaml = project.read("pipelines/reviewer.yaml");
    project.write({ "pipelines/reviewer.yaml": `${yaml}# mine\n` });
    const { code, stdout } = await importInto(project, "--all");
    expect([
      code,
      stdout.includes("ftjob-reviewer0001  succeeded  supervised  gpt-4.1-mini-2025-04-14   imported before"),
    ]).toEqual([0, true]);
    expect(project.read("pipelines/reviewer.yaml")).toBe(`${yaml}# mine\n`);
    expect(stdout).toContain("  no pipeline: its training file is gone.");
    expect(stdout).toContain("no pipeline: The lines are in the older form of prompt and completion, not chats.");
    expect(stdout).toMatch(/13 jobs, 10 pipelines, 3 without one, files of 2 jobs are lost, \d+ models are gone\./);
  });
});

/** Hands requests on to the server, notes what was answered, and never answers the nth. */
async function countingProxy(hangsAt: number) {
  const answered: string[] = [];
  let seen = 0;
  let onHang: () => void = () => {};
  const hung = new Promise<void>((done) => {
    onHang = done;
  });
  const proxy = createServer((request, response) => {
    seen++;
    if (seen === hangsAt) return onHang();
    void (async () => {
      const answer = await fetch(`${new URL(url).origin}${request.url}`, {
        headers: { authorization: request.headers.authorization ?? "" },
      });
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(body);
      answered.push(new URL(request.url ?? "", url).pathname);
    })();
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const { port } = proxy.address() as AddressInfo;
  const end = () => {
    proxy.closeAllConnections();
    proxy.close();
  };
  return {
    flags: ["--base-url", `http://127.0.0.1:${port}/v1`, "--api-key-env", "FTPIPE_OLD_KEY"],
    answered,
    hung,
    end,
  };
}

describe("an import that is killed", () => {
  test.each([9, 30])(
    "at request %i goes on where it was, and fetches nothing twice",
    async (hangsAt) => {
      const rig = createRig();
      const proxy = await countingProxy(hangsAt);
      const words = ["import", "--all", "--json", ...proxy.flags];
      const first = rig.start(words, environment());
      await proxy.hung;
      first.child.kill("SIGKILL");
      await first.ended;
      const second = await rig.ftpipe(words, environment());
      proxy.end();
      expect(second.code).toBe(0);
      const { jobs, pipelines } = JSON.parse(second.stdout) as typeof all;
      expect([jobs, pipelines]).toEqual([13, 10]);
      const twice = proxy.answered.filter((path, index) => proxy.answered.indexOf(path) !== index);
      expect(twice.filter((path) => path !== "/v1/fine_tuning/jobs")).toEqual([]);
      for (const name of ["reviewer", "shop-faq", "torn"]) {
        const path = `pipelines/data/${name}.jsonl`;
        expect([name, rig.read(path)]).toEqual([name, project.read(path)]);
      }
      const left = readdirSync(rig.folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".jsonl"),
      );
      const whole = readdirSync(project.folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".jsonl"),
      );
      const data = (names: readonly string[]) => names.filter((name) => name.startsWith("pipelines/data")).sort();
      expect(data(left)).toEqual(data(whole));
      rig.remove();
    },
    60_000,
  );
});

describe("ftpipe import JOB", () => {
  test("says what a job without data has lost", async () => {
    const rig = createRig();
    const { code, stderr } = await importInto(rig, "ftjob-lost0000007");
    expect([code, stderr]).toEqual([
      7,
      expect.stringContaining("The training data of ftjob-lost0000007 is gone: it was deleted"),
    ]);
    expect(stderr).toContain("rescue PIPELINE --target server --model ft:gpt-4.1-mini-2025-04-14:acme::Lost0007");
    expect(JSON.parse(readFileSync(join(rig.folder, "imports/ftjob-lost0000007/job.json"), "utf8"))).toMatchObject({
      status: "succeeded",
    });
    rig.remove();
  });

  test("finds the job that made a model", async () => {
    const rig = createRig();
    const { code, stdout } = await importInto(rig, "ft:gpt-4.1-mini-2025-04-14:acme:reviewer:Rev00001");
    expect([code, stdout]).toEqual([0, expect.stringContaining("ftjob-reviewer0001")]);
    const other = await importInto(rig, "ft:gpt-4.1-mini-2025-04-14:acme:other:Oth00001");
    expect([other.code, other.stderr]).toEqual([7, expect.stringContaining("ftpipe import --all")]);
    rig.remove();
  });

  test("says so where the account has no such job", async () => {
    const rig = createRig();
    const { code, stderr } = await importInto(rig, "ftjob-someone-elses");
    expect([code, stderr]).toEqual([
      7,
      expect.stringContaining("use a key of the project and organisation that trained it"),
    ]);
    expect(readdirSync(rig.folder)).toEqual([]);
    rig.remove();
  });

  test("puts data outside of git where that is wanted", async () => {
    const rig = createRig();
    const { code } = await importInto(rig, "ftjob-pairs000003", "--artifacts", "big", "--name", "pairs");
    expect(code).toBe(0);
    expect(yamlOf(rig, "pairs")["source"]).toEqual({ type: "messages", path: "../big/data/pairs.jsonl" });
    expect((await rig.ftpipe(["check", "pairs"])).code).toBe(0);
    rig.remove();
  });
});

describe("ftpipe import FILE", () => {
  test("makes a pipeline of a job file of azd, over the data that it names", async () => {
    const rig = createRig({
      "jobs/job.yaml":
        "model: gpt-4.1-mini\ntraining_file: local:./train.jsonl\nsuffix: shop\nmethod: { type: supervised, supervised: { hyperparameters: { epochs: 2 } } }\nextra_body: { trainingType: Standard }\n",
      "jobs/train.jsonl": reviewLines,
    });
    const { code, stdout } = await rig.ftpipe(["import", "jobs/job.yaml", "--name", "shop", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: "pipelines/shop.yaml",
      template: { proposed: true, same: "bytes" },
      not_carried: ["extra_body: what azd or Azure alone make of it"],
    });
    expect(yamlOf(rig, "shop")).toMatchObject({
      source: { type: "csv", path: "../jobs/train.csv" },
      training: { suffix: "shop", hyperparameters: { n_epochs: 2 } },
      targets: { openai: { model: "gpt-4.1-mini" } },
    });
    const again = await rig.ftpipe(["import", "jobs/job.yaml", "--name", "shop"]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("INIT_EXISTS")]);
    rig.remove();
  });

  test("adds the tests of a promptfoo config once, and runs nothing of it", async () => {
    const rig = createRig({
      ...tinyPipeline(),
      "promptfooconfig.yaml": `prompts: ["{{town}}?"]
tests:
  - vars: { town: Oslo, unused: 1 }
    assert: [{ type: icontains, value: "{{town}}" }, { type: javascript, value: "process.exit(3)" }]
  - vars: { city: Rome }
    assert: [{ type: equals, value: Rome }]
  - vars: { town: Lima }
    assert: [{ type: regex, value: "(?<=a)b" }]
`,
    });
    const before = rig.read("towns.yaml");
    const first = await rig.ftpipe(["import", "promptfooconfig.yaml", "--into", "towns"]);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 test of promptfooconfig.yaml added.") as unknown,
    });
    for (const told of ["(javascript): it is a program", "asks with {{town}}", "is no valid pattern"])
      expect(first.stdout).toContain(told);
    const after = rig.read("towns.yaml");
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect((parse(after) as { evaluation: { tests: unknown[] } }).evaluation.tests[1]).toEqual({
      vars: { town: "Oslo" },
      assert: [{ type: "icontains", value: "{{town}}" }],
    });
    expect((await rig.ftpipe(["import", "promptfooconfig.yaml", "--into", "towns"])).stdout).toContain("0 tests");
    expect(rig.read("towns.yaml")).toBe(after);
    rig.remove();
  });

  test.each([
    [["import"], "Nothing is named that could be imported."],
    [["import", "old.jsonl"], "in the older form of prompt and completion"],
    [["import", "promptfoo.yaml"], "--into PIPELINE"],
    [["import", "towns.csv"], "ftpipe init towns.csv"],
    [["import", "towns.yaml"], "is a pipeline of ftpipe already"],
    [["import", "trian.jsonl"], "A job is named by its id"],
    [["import", "ftjob-x", "--api-key-env", "sk-secret"], "takes the name of a variable"],
    [["import", "--all", "--provider", "opnai"], 'Did you mean "openai"?'],
  ])("%j ends with what to do", async (words, told) => {
    const rig = createRig({
      ...tinyPipeline(),
      "old.jsonl": '{"prompt":"a ->","completion":" b"}\n',
      "promptfoo.yaml": "tests: []\n",
    });
    const { code, stderr } = await rig.ftpipe(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    rig.remove();
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CountingProxy, openCountingProxy } from "./counting-proxy.ts";
import { createRig, type Rig, type Running } from "./rig.ts";

const towns = ["Oslo", "Rome", "Lima", "Cairo", "Paris", "Delhi", "Quito", "Hanoi", "Berne", "Sofia", "Tunis", "Accra"];
const more = ["Dakar", "Seoul", "Bonn", "Kiel", "Riga", "Bern", "Nice", "Graz"];

/** Rows whose answer is one word, which the smallest model learns in a second. */
const rows = (word: string) => `town,greeting\n${[...towns, ...more].map((town) => `${town},${word}`).join("\n")}\n`;

const oldModel = "ft:gpt-4.1-mini-2025-04-14:acme:towns:Bx12";
const deadModel = "ft:gpt-3.5-turbo-0125:acme:towns:Ax01";

/** The past of an account: a model that answers until its day, and one whose day is over. */
const past = `jobs:
  - { id: ftjob-old, object: fine_tuning.job, created_at: 1728975280, finished_at: 1728976000, status: succeeded, model: gpt-4.1-mini-2025-04-14, fine_tuned_model: "${oldModel}", training_file: file-x, hyperparameters: { n_epochs: 3 } }
models:
  - { id: "${oldModel}", shutdown_date: 2199-01-14, served_by: ftpipe-nano }
  - { id: "${deadModel}", shutdown_date: 2020-01-14 }
`;

const pipeline = (url: string, evaluation: string) => `version: 1
name: towns
source: { type: csv, path: towns.csv, key: town }
dataset:
  seed: 3
  messages:
    - { role: user, content: "{{town}}?" }
    - { role: assistant, content: "{{greeting}}" }
  split: { test: 0.25, validation: 0.1 }
training: { seed: 5, suffix: towns, hyperparameters: { n_epochs: 6 } }
targets:
  local: { provider: local, model: ftpipe-nano }
  ours: { provider: openai-compatible, base_url: "${url}", model: ftpipe-nano, api_key_env: FTPIPE_OUR_KEY, look_up: { list_lag: 0, late: 0 } }
  theirs: { provider: openai-compatible, base_url: "${url}", model: ftpipe-nano, tuned_model: "${oldModel}", trains: false, api_key_env: FTPIPE_OUR_KEY }
default_target: ours
evaluation:
  defaults: { max_tokens: 8 }
  tests:
    - from: split.test
      assert: [{ type: contains, value: Hello }]
${evaluation}
`;

const gated = "  gate: [{ metric: pass_rate, minimum: 0.5 }]";
const againstOld = `  compare: ["recorded:old"]
  gate: [{ metric: pass_rate, against: "recorded:old", maximum_drop: 0.1 }]`;

let host: Rig;
let server: Running;
let proxy: CountingProxy;
let account: { readonly url: string; readonly key: string };
beforeAll(async () => {
  host = createRig({ "past.yaml": past });
  server = host.start(["serve", "--port", "0", "--json", "--state", "server", "--seed-state", "past.yaml"]);
  account = JSON.parse(await server.until(/\}\n/)) as typeof account;
  proxy = await openCountingProxy(account.url);
});
afterAll(async () => {
  await proxy.close();
  server.child.kill("SIGKILL");
  await server.ended;
  host.remove();
});

/** A project of its own on the shared server. */
async function inProject(act: (rig: Rig, ftpipe: Ftpipe) => Promise<void>): Promise<void> {
  const rig = createRig({ "towns.yaml": pipeline(proxy.url, gated), "towns.csv": rows("Hello") });
  try {
    await act(rig, (...words) => rig.ftpipe(words, options()));
  } finally {
    rig.remove();
  }
}

type Ftpipe = (...words: readonly string[]) => ReturnType<Rig["ftpipe"]>;

const options = () => ({ environment: { FTPIPE_OUR_KEY: account.key } });

/** Chats that reached the server since. */
function chatsSince(before: ReadonlyMap<string, number>): readonly number[] {
  return [...proxy.chats()].flatMap(([body, count]) => {
    const now = count - (before.get(body) ?? 0);
    return now === 0 ? [] : [now];
  });
}

/** Whole answers in the working files of a rescue. */
function answersOnDisk({ folder }: Rig): number {
  const working = join(folder, ".ftpipe/rescue");
  if (!existsSync(working)) return 0;
  const texts = readdirSync(working).map((name) => readFileSync(join(working, name), "utf8"));
  return texts.join("").split('"answer":').length - 1;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
}

test("a rescued model, deleted at its server, is what its successor must come up to; a kill asks nothing twice", () =>
  inProject(async (rig, ftpipe) => {
    const trained = await ftpipe("run", "--yes");
    expect(trained.code, trained.stderr).toBe(0);
    const model = /^Model +(\S+)$/m.exec(trained.stdout)?.[1] as string;

    const before = new Map(proxy.chats());
    const shown = await ftpipe("rescue", "--name", "old", "--dry-run");
    expect(shown.stdout).toMatch(/4 cases and 3 held-out prompts/);
    expect(shown.stdout).toMatch(/into baselines\/old\.jsonl/);
    expect(chatsSince(before)).toEqual([]);

    // Nobody is asked: what costs nothing needs no consent.
    expect(await ftpipe("rescue", "--name", "old", "--no-input", "--max-cost", "1")).toMatchObject({ code: 0 });
    expect(rig.read("baselines/old.jsonl").split("\n")).toHaveLength(10);
    expect(chatsSince(before)).toEqual(Array.from({ length: 7 }, () => 1));

    // The same again, killed in the middle: under another name, so that all is open.
    const other = new Map(proxy.chats());
    proxy.letThrough(3);
    const running = rig.start(["rescue", "--name", "second", "--yes"], options());
    await until(() => answersOnDisk(rig) === 3);
    running.child.kill("SIGKILL");
    await running.ended;
    expect(existsSync(join(rig.folder, "baselines/second.jsonl"))).toBe(false);
    proxy.letThrough(Number.POSITIVE_INFINITY);
    const resumed = await ftpipe("rescue", "--name", "second", "--yes");
    expect(resumed.stderr).toContain("3 of them answered already");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(chatsSince(other)).toEqual(Array.from({ length: 7 }, () => 1));
    expect(answersOnDisk(rig)).toBe(0);
    const answersIn = (name: string) =>
      [...rig.read(`baselines/${name}.jsonl`).matchAll(/"answer":"([^"]*)"/g)].map(([, text]) => text);
    expect(answersIn("second")).toEqual(answersIn("old"));

    const again = new Map(proxy.chats());
    expect((await ftpipe("rescue", "--name", "second")).stdout).toContain("Nothing was asked.");
    expect(chatsSince(again)).toEqual([]);

    const deleted = await fetch(`${account.url}/models/${encodeURIComponent(model)}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${account.key}` },
    });
    expect(deleted.status).toBe(200);
    const late = await ftpipe("rescue", "--model", model, "--name", "late", "--yes");
    expect(late).toMatchObject({ code: 7 });
    expect(late.stderr).toMatch(/MODEL_GONE .* does not answer any more, and nothing of it was recorded/);

    rig.write({ "towns.yaml": pipeline(proxy.url, againstOld) });
    const successor = await ftpipe("run", "--target", "local");
    expect(successor.code, successor.stdout + successor.stderr).toBe(0);
    expect(successor.stdout).toMatch(/recorded:old +tuned/);
    expect(successor.stdout).toMatch(/drop from recorded:old ≤ 10 points +\+0 points/);

    rig.write({ "towns.csv": rows("Bye") });
    const sabotaged = await ftpipe("run", "--target", "local");
    expect(sabotaged.code, sabotaged.stdout).toBe(3);
    expect(sabotaged.stdout).toMatch(/✖ pass_rate: drop from recorded:old ≤ 10 points +−100 points/);
    expect((await ftpipe("report", "--target", "local")).stdout).toContain("recorded:old answers");
  }));

describe("a gate against recorded answers stays red", () => {
  test("where the questions are others, and where the file is edited, cut or missing", () =>
    inProject(async (rig, ftpipe) => {
      expect((await ftpipe("rescue", "--model", oldModel, "--name", "old", "--yes")).code).toBe(0);
      rig.write({ "towns.yaml": pipeline(proxy.url, againstOld).replace("max_tokens: 8", "max_tokens: 9") });
      const other = await ftpipe("run", "--target", "local");
      expect(other.code, other.stdout).toBe(3);
      expect(other.stdout).toContain("no cases of recorded:old");
      expect(other.stderr).toContain("recorded:old has recorded answers to none of 4 cases");

      const whole = rig.read("baselines/old.jsonl");
      rig.write({ "baselines/old.jsonl": whole.replace('"asked_as":"case"', '"asked_as":"prompt"') });
      expect(await ftpipe("check")).toMatchObject({
        code: 9,
        stderr: expect.stringMatching(/BASELINE_DAMAGED .*old\.jsonl:2/),
      });
      rig.write({ "baselines/old.jsonl": whole.slice(0, -100) });
      expect(await ftpipe("plan")).toMatchObject({ code: 9, stderr: expect.stringContaining("BASELINE_DAMAGED") });
      rig.write({
        "baselines/old.jsonl": whole,
        "towns.yaml": pipeline(proxy.url, againstOld).replaceAll("recorded:old", "recorded:odl"),
      });
      const missing = await ftpipe("check");
      expect(missing.code).toBe(2);
      expect(missing.stderr).toMatch(/BASELINE_NOT_FOUND {2}towns\.yaml:\d+:\d+/);
      expect(missing.stderr).toContain('Did you mean "old"?');
    }));
});

test("where chats cost money, nothing is asked before somebody agreed, nor above a limit", () =>
  inProject(async (rig, ftpipe) => {
    const price = "paid: true, price: { training: 1, input: 1000, output: 1000 }, look_up";
    rig.write({ "towns.yaml": pipeline(proxy.url, gated).replace("look_up", price) });
    const before = new Map(proxy.chats());
    const words = ["rescue", "--model", oldModel, "--name", "old"];
    const shown = await ftpipe(...words, "--dry-run", "--json");
    const { cost } = JSON.parse(shown.stdout) as { cost: { usd: number; tokens: { output_at_most: number } } };
    expect(cost.tokens.output_at_most).toBe(56);
    expect(cost.usd).toBeGreaterThan(0.056);
    expect(await ftpipe(...words)).toMatchObject({ code: 11, stderr: expect.stringContaining("CONSENT_REQUIRED") });
    const limited = await ftpipe(...words, "--yes", "--max-cost", "0.05");
    expect(limited).toMatchObject({ code: 11, stderr: expect.stringContaining("COST_LIMIT") });
    expect(chatsSince(before)).toEqual([]);
  }));

test("rescue --all tells of every tuned model when it dies, and saves those that a pipeline knows", () =>
  inProject(async (rig, ftpipe) => {
    expect((await ftpipe("run", "--target", "theirs", "--yes")).code).toBe(3); // it says no Hello, and is known now
    const listed = await ftpipe("rescue", "--all", "--dry-run");
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout).toMatch(
      new RegExp(`${deadModel}\\n {2}was shut down on 2020-01-14\\n {2}no pipeline knows it`),
    );
    expect(listed.stdout).toMatch(
      new RegExp(
        `${oldModel}\\n {2}stops answering on 2199-01-14, in .*\\n {2}towns → theirs\\n {2}4 cases and 3 held-out prompts: free`,
      ),
    );
    expect(await ftpipe("rescue", "--all", "--name", "old")).toMatchObject({ code: 2 });
    expect(await ftpipe("rescue", "--all", "--yes")).toMatchObject({ code: 0 });
    const [file] = readdirSync(join(rig.folder, "baselines"));
    expect(rig.read(`baselines/${file}`)).toContain('"shutdown_date":"2199-01-14"');
    const done = JSON.parse((await ftpipe("rescue", "--all", "--dry-run", "--json")).stdout) as { models: object[] };
    expect(done.models).toContainEqual(
      expect.objectContaining({
        model: oldModel,
        rescue: expect.objectContaining({ questions: { cases: 4, prompts: 3, recorded: 7, open: 0 } }),
      }),
    );
  }));

test("rescue --all leaves a model that is gone and saved alone, and lists no base", () =>
  inProject(async (rig, ftpipe) => {
    // A model of its own: the one of the first test is gone from the server that they share.
    const own = pipeline(proxy.url, gated).replace("seed: 5", "seed: 7");
    rig.write({ "towns.yaml": own });
    const trained = await ftpipe("run", "--yes");
    expect(trained.code, trained.stdout + trained.stderr).toBe(0);
    const model = /^Model +(\S+)$/m.exec(trained.stdout)?.[1] as string;
    expect(await ftpipe("rescue", "--name", "kept", "--yes")).toMatchObject({ code: 0 });
    const deleted = await fetch(`${account.url}/models/${encodeURIComponent(model)}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${account.key}` },
    });
    expect(deleted.status).toBe(200);
    rig.write({
      "towns.yaml": own.replace(`tuned_model: "${oldModel}"`, "tuned_model: ftpipe-nano"),
    });
    await ftpipe("run", "--target", "theirs", "--yes");
    expect(rig.read("towns.lock.yaml")).toContain("candidate: ftpipe-nano");

    const before = new Map(proxy.chats());
    const all = await ftpipe("rescue", "--all", "--yes");
    expect(all.code, all.stderr).toBe(0);
    expect(all.stderr).toMatch(
      new RegExp(`${model}\\n {2}does not answer any more.*\\n {2}towns → ours\\n {2}saved: baselines/kept\\.jsonl`),
    );
    expect(all.stderr).toContain(`${oldModel}\n  stops answering on 2199-01-14`);
    expect(all.stderr).not.toMatch(/^ftpipe-nano/m);
    expect(chatsSince(before)).toEqual([]);

    const one = await ftpipe("rescue", "--target", "theirs", "--model", oldModel, "--dry-run");
    expect(one.stdout).toContain("stops answering on 2199-01-14");
  }));

test("a model that somebody else trained is judged, accepted, and gone back to, and nothing is sent to train on", () =>
  inProject(async (rig, ftpipe) => {
    const lenient = pipeline(proxy.url, gated).replace(
      "type: contains, value: Hello",
      "type: word-count, value: { max: 50 }",
    );
    rig.write({ "towns.yaml": lenient });
    const first = await ftpipe("run", "--target", "theirs");
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(rig.read("towns.lock.yaml")).toContain(`accepted: ${oldModel}`);
    const before = new Map(proxy.chats());
    const second = await ftpipe("run", "--target", "theirs");
    expect(second.stdout).toContain("up to date");
    expect(second.code).toBe(0);
    expect(chatsSince(before)).toEqual([]);
    expect((await ftpipe("eval", "--target", "theirs")).code).toBe(0);
    expect((await ftpipe("status", "--target", "theirs")).stdout).toContain(`accepted   ${oldModel}`);

    // Another of theirs, which fails; somebody wants it all the same, and then not.
    rig.write({
      "towns.yaml": lenient
        .replace(`tuned_model: "${oldModel}"`, "tuned_model: ftpipe-nano")
        .replace("max: 50", "min: 50"),
    });
    expect((await ftpipe("run", "--target", "theirs")).code).toBe(3);
    expect(rig.read("towns.lock.yaml")).toMatch(new RegExp(`candidate: ftpipe-nano\\n +accepted: ${oldModel}`));
    expect((await ftpipe("promote", "--target", "theirs", "--reason", "it is cheaper")).code).toBe(0);
    expect(rig.read("towns.lock.yaml")).toMatch(/accepted: ftpipe-nano/);
    expect((await ftpipe("rollback", "--target", "theirs")).code).toBe(0);
    expect(rig.read("towns.lock.yaml")).toMatch(new RegExp(`accepted: ${oldModel}`));
    expect((await ftpipe("report", "--target", "theirs")).code).toBe(0);
  }));

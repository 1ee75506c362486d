import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { createRig, type Rig } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.remove());

const words = ["ba", "de", "fi", "go", "lu", "ma", "ne"].flatMap((first) =>
  ["ri", "so", "tu"].map((end) => first + end),
);

/** Which of two answers people liked better: the one that ends with an exclamation mark. */
function project(change: (yaml: string) => string = (yaml) => yaml, more = ""): Readonly<Record<string, string>> {
  const yaml = `version: 1
name: cheer
source: { type: csv, path: votes.csv, key: word }
dataset:
  messages:
    - { role: user, content: "Say {{word}}" }
  preference:
    column: vote
    choices: { left: "{{left}}", right: { template: right.hbs } }
    tie: drop
  split: { test: 0.15 }
training: { method: dpo, seed: 5, suffix: cheer, hyperparameters: { n_epochs: 4, batch_size: 4, beta: 0.5 } }
targets:
  local: { provider: local, model: ftpipe-nano }
  openai: { provider: openai, model: gpt-4.1-mini-2025-04-14 }
default_target: local
evaluation:
  defaults: { max_tokens: 12 }
  tests:
    - from: split.test
      assert: [{ type: levenshtein, value: "{{expected}}", threshold: 1000 }]
`;
  const votes = words.map((word, index) =>
    index % 2 === 0 ? `${word},I say ${word}!,I say ${word}.,left` : `${word},I say ${word}.,I say ${word}!,right`,
  );
  return {
    "cheer.yaml": change(yaml),
    "right.hbs": "{{right}}\n",
    "votes.csv": `word,left,right,vote\n${votes.join("\n")}\nnobody,x,y,tie\n${more}`,
  };
}

interface Results {
  readonly cases: readonly { readonly id: string; readonly messages: unknown; readonly expected?: string }[];
}

interface Stage {
  readonly record: { readonly settings: unknown };
  readonly output: { readonly value: unknown };
}

function stagesOf(lock: string): { readonly train: Stage; readonly wait: Stage } {
  const { targets } = parse(lock) as { targets: { local: { attempts: [{ stages: ReturnType<typeof stagesOf> }] } } };
  return targets.local.attempts[0].stages;
}

const created = () =>
  rig
    .read(".ftpipe/serve/access.log")
    .split("\n")
    .filter((line) => / POST \/v1\/fine_tuning\/jobs 200/.test(line)).length;

describe("a pipeline of preferences", () => {
  test("is built, trained by dpo on the built-in engine, judged, and not trained twice", async () => {
    rig = createRig(project());
    const { code, stdout, stderr } = await rig.ftpipe(["run"]);
    expect(stderr).toContain("dataset: 21 examples from 22 rows, 1 tie dropped");
    expect(code).toBe(0);
    expect(stdout).toMatch(/ft:ftpipe-nano:local:cheer:[0-9a-f]{8}/);

    const { train, wait } = stagesOf(rig.read("cheer.lock.yaml"));
    expect(train.record.settings).toMatchObject({
      method: "dpo",
      hyperparameters: { n_epochs: 4, batch_size: 4, beta: 0.5 },
    });
    // Before anything is learnt, the loss of a pair is ln 2.
    const { loss } = wait.output.value as { readonly loss: { readonly first: number; readonly last: number } };
    expect(loss.first).toBeCloseTo(Math.LN2, 2);
    expect(loss.last).toBeLessThan(0.6);
    const report = rig.read(/Report +(\S+)/.exec(stdout)?.[1] ?? "");
    expect(report).toContain("nats per pair");
    expect(report).toContain("beta 0.5");

    const results = JSON.parse(rig.read(`${/Report +(\S+)\/report/.exec(stdout)?.[1]}/results.json`)) as Results;
    expect(results.cases.length).toBeGreaterThan(0);
    for (const { id, messages, expected } of results.cases) {
      const word = id.replace("1:", "");
      expect(messages).toEqual([{ role: "user", content: `Say ${word}` }]);
      expect(expected).toBe(`I say ${word}!`);
    }

    const again = await rig.ftpipe(["run"]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("up to date");
    rig.write({ "votes.csv": rig.read("votes.csv").replace("nobody,x,y,tie", "noone,p,q,") });
    expect((await rig.ftpipe(["run"])).code).toBe(0);
    expect(created()).toBe(1); // another tie changes nothing that is uploaded
    expect((await rig.ftpipe(["run", "--set", "training.hyperparameters.beta=0.1"])).code).toBe(0);
    expect(created()).toBe(2);
  });

  test("writes the API's lines, and says where each came from", async () => {
    rig = createRig(project());
    expect((await rig.ftpipe(["build"])).code).toBe(0);
    const lines = rig.read(".ftpipe/build/cheer/train.jsonl").trimEnd().split("\n");
    for (const line of lines) {
      const { input, preferred_output, non_preferred_output } = JSON.parse(line) as Record<string, never>;
      const word = /"Say (\w+)"/.exec(JSON.stringify(input))?.[1];
      expect(input).toEqual({ messages: [{ role: "user", content: `Say ${word}` }] });
      expect(preferred_output).toEqual([{ role: "assistant", content: `I say ${word}!` }]);
      expect(non_preferred_output).toEqual([{ role: "assistant", content: `I say ${word}.` }]);
    }
    const { stdout } = await rig.ftpipe(["why", "train.jsonl:1"]);
    expect(stdout).toMatch(/\npreferred +cheer\.yaml:9:22\n +I say \w+!\nrejected +right\.hbs\n +I say \w+\.\n$/);
  });

  test("tells tokens and price of a paid target without calling anybody", async () => {
    rig = createRig(project());
    const { code, stderr } = await rig.ftpipe(["check", "--target", "openai"]);
    expect(stderr).toMatch(/estimate: [\d,]+ tokens × 4 epochs, about \$/);
    expect(code).toBe(0);
  });

  test("is refused with its row where only the rejected answer is too long for the model", async () => {
    rig = createRig(project(undefined, `long,I say long!,${"I say long. ".repeat(100)},left\n`));
    const { code, stderr } = await rig.ftpipe(["check"]);
    expect(stderr).toMatch(/TARGET_UNSUPPORTED {2}votes\.csv:24 .*can't take the example of this row/);
    expect(code).toBe(2);
  });
});

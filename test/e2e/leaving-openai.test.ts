import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type Block, callsIn, readPages } from "./docs-blocks.ts";
import { createRig, type Rig } from "./rig.ts";

const towns =
  "Oslo Rome Lima Cairo Paris Delhi Quito Hanoi Berne Sofia Tunis Accra Dakar Seoul Bonn Kiel Riga Nice Graz Linz";

const lines = towns.split(" ").map((town) => {
  const messages = [
    { role: "system", content: "You greet towns." },
    { role: "user", content: `Greet ${town}.` },
    { role: "assistant", content: "Hello" },
  ];
  return `${JSON.stringify({ messages })}\n`;
});

/** An account as a reader of the page may have it. */
const past = `files:
  - { id: file-train, filename: train.jsonl, purpose: fine-tune, created_at: 1728975200, path: train.jsonl }
jobs:
  - id: ftjob-greeter
    object: fine_tuning.job
    created_at: 1728975280
    finished_at: 1728976000
    status: succeeded
    model: gpt-4.1-mini-2025-04-14
    fine_tuned_model: "ft:gpt-4.1-mini-2025-04-14:acme:greeter:8J6LXhXG"
    training_file: file-train
    hyperparameters: { n_epochs: 3 }
models:
  - { id: "ft:gpt-4.1-mini-2025-04-14:acme:greeter:8J6LXhXG", shutdown_date: 2199-01-14, served_by: ftpipe-nano }
`;

/** What makes a documented command short: the smallest model, with passes enough to learn one word. */
const small = ["--set", "targets.local.model=ftpipe-nano", "--set", "training.hyperparameters.n_epochs=6"];

/** Writes a part of a pipeline, as its reader would. */
function edit({ folder }: Rig, { options, text }: Block): void {
  const file = join(folder, "pipelines/greeter.yaml");
  const pipeline = parse(readFileSync(file, "utf8")) as Record<string, object>;
  const key = options["fragment"] as string;
  writeFileSync(file, stringify({ ...pipeline, [key]: { ...pipeline[key], ...(parse(text) as object) } }));
}

test("the way out of OpenAI leads from an ft: model to a gated successor, from the top of its page to the bottom", async () => {
  const page = readPages().find(({ name }) => name === "docs/leaving-openai.md");
  const steps = (page?.blocks ?? []).filter(({ options }) => "walk" in options);
  expect(steps.length).toBeGreaterThan(6);
  const host = createRig({ "past.yaml": past, "train.jsonl": lines.join("") });
  const server = host.start(["serve", "--port", "0", "--json", "--state", "server", "--seed-state", "past.yaml"]);
  const rig = createRig();
  try {
    const { url, key } = JSON.parse(await server.until(/\}\n/)) as { url: string; key: string };
    // The page speaks of OpenAI's own account; here another server stands for it.
    const account = ["--base-url", url, "--api-key-env", "FTPIPE_OUR_KEY"];
    const environment = { FTPIPE_OUR_KEY: key };
    let output = "";
    for (const step of steps) {
      if (step.language === "yaml") {
        edit(rig, step);
        continue;
      }
      for (const { words } of callsIn(step.text)) {
        const more = words[0] === "import" ? account : words[0] === "run" ? small : [];
        if (words[0] === "run") await dies(url, key);
        const result = await rig.ftpipe([...words, ...more], { environment });
        output += result.stdout;
        expect(result.code, `${step.place}: ${words.join(" ")}\n${result.stdout}${result.stderr}`).toBe(0);
      }
    }
    expect(output).toContain("stops answering on 2199-01-14");
    expect(output).toMatch(/gate {2}passed/);
    expect(output).toMatch(/recorded:old +tuned/);
    expect(rig.read("pipelines/greeter.lock.yaml")).toMatch(/accepted: ft:ftpipe-nano:local:greeter/);
  } finally {
    server.child.kill("SIGKILL");
    await server.ended;
    rig.remove();
    host.remove();
  }
});

/** As on the day after: the old model answers nobody any more. */
async function dies(url: string, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  const path = `${url}/models/${encodeURIComponent("ft:gpt-4.1-mini-2025-04-14:acme:greeter:8J6LXhXG")}`;
  expect((await fetch(path, { method: "DELETE", headers })).status).toBe(200);
}

import { afterEach, describe, expect, test } from "vitest";
import { createRig, type Rig, type Running, tinyPipeline } from "./rig.ts";

let rig: Rig;
let server: Running | undefined;
afterEach(() => rig.end());

async function serve(...flags: readonly string[]): Promise<{ readonly url: string; readonly key: string }> {
  server = rig.start(["serve", "--port", "0", ...flags]);
  const output = await server.until(/OPENAI_API_KEY=\S+\n/);
  return {
    url: /OPENAI_BASE_URL=(\S+)/.exec(output)?.[1] as string,
    key: /OPENAI_API_KEY=(\S+)/.exec(output)?.[1] as string,
  };
}

describe("ftpipe serve", () => {
  test("is used by runs beside it, and ends well when it is told to", async () => {
    rig = createRig(tinyPipeline());
    await serve();
    expect((await rig.ftpipe(["run"])).code).toBe(0);
    const second = await rig.ftpipe(["serve", "--port", "0"]);
    expect(second.code).toBe(8);
    expect(second.stderr).toMatch(/in use by process \d+/);
    server?.child.kill("SIGINT");
    expect((await server?.ended)?.code).toBe(0);
    expect((await rig.ftpipe(["run"])).stdout).toContain("up to date");
  });

  test("is filled from a seed, which is checked first", async () => {
    rig = createRig({
      "past/past.yaml": [
        "files: [{ id: file-a, filename: a.jsonl, purpose: fine-tune, path: a.jsonl }]",
        "jobs: [{ id: ftjob-a, model: m, created_at: 1, status: failed, training_file: file-a }]",
      ].join("\n"),
      "past/a.jsonl": "a line\n",
      "wrong.json": '{ "jobs": [\n  { "id": "ftjob-a" }] }',
    });
    const wrong = await rig.ftpipe(["serve", "--port", "0", "--seed-state", "wrong.json"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/wrong\.json:2:3 +In the seed, \/jobs\/0 must have required property 'model'\./);
    const { url, key } = await serve("--seed-state", "past/past.yaml");
    const read = async (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    expect(await (await read("/files/file-a/content")).text()).toBe("a line\n");
    expect(await (await read("/fine_tuning/jobs/ftjob-a")).json()).toMatchObject({ status: "failed" });
  });

  test("keeps a paused job and an upload's parts over a kill, and goes on with both", async () => {
    const line = (index: number) => ({
      messages: [
        { role: "user", content: `${index}?` },
        { role: "assistant", content: "x" },
      ],
    });
    const lines = Array.from({ length: 40 }, (_, index) => JSON.stringify(line(index)));
    rig = createRig({
      "past.json": JSON.stringify({
        files: [{ id: "file-a", filename: "a.jsonl", purpose: "fine-tune", content: lines.join("\n") }],
      }),
    });
    const start = () => serve("--seed-state", "past.json");
    let { url, key } = await start();
    const send = async <T>(path: string, body?: object): Promise<T> => {
      const isForm = body instanceof FormData;
      const headers = { authorization: `Bearer ${key}`, ...(isForm ? {} : { "content-type": "application/json" }) };
      const init = body === undefined ? {} : { method: "POST", body: isForm ? body : JSON.stringify(body) };
      return (await (await fetch(`${url}${path}`, { ...init, headers })).json()) as T;
    };
    const job = (path: string, body?: object) => send<{ id: string; status: string }>(`/fine_tuning/jobs${path}`, body);
    const until = async (status: string, id: string) => {
      while ((await job(`/${id}`)).status !== status) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const hyperparameters = { n_epochs: 20, batch_size: 1 };
    const { id } = await job("", { model: "ftpipe-nano", training_file: "file-a", hyperparameters });
    await until("running", id);
    expect((await job(`/${id}/pause`, {})).status).toBe("paused");
    const about = { filename: "b.jsonl", mime_type: "application/jsonl", purpose: "fine-tune", bytes: 3 };
    const upload = await send<{ id: string }>("/uploads", about);
    const form = new FormData();
    form.append("data", new File(["abc"], "part"));
    const part = await send<{ id: string }>(`/uploads/${upload.id}/parts`, form);
    server?.child.kill("SIGKILL");
    await server?.ended;
    ({ url, key } = await start());
    expect((await job(`/${id}`)).status).toBe("paused");
    expect(await send(`/uploads/${upload.id}/complete`, { part_ids: [part.id] })).toMatchObject({ file: { bytes: 3 } });
    expect((await job(`/${id}/resume`, {})).status).toBe("queued");
    await until("succeeded", id);
  });

  test("is a target of openai-compatible: the paid path asks first, then runs the same code", async () => {
    rig = createRig();
    const { url, key } = await serve();
    const paid = (yaml: string) =>
      yaml.replace(
        "echo: { provider: echo }",
        `ours: { provider: openai-compatible, base_url: "${url}", model: ftpipe-nano, api_key_env: FTPIPE_OUR_KEY, paid: true }`,
      );
    rig.write(tinyPipeline(paid));
    const environment = { FTPIPE_OUR_KEY: key };
    const refused = await rig.ftpipe(["run", "--target", "ours"], { environment });
    expect(refused.code).toBe(11);
    expect(refused.stderr).toMatch(
      /This trains 195 tokens × 2 epochs and asks 2 questions.*does not know[\s\S]*CONSENT_REQUIRED/,
    );
    const limited = await rig.ftpipe(["run", "--target", "ours", "--yes", "--max-cost", "5"], { environment });
    expect(limited.stderr).toContain("COST_LIMIT");
    const detached = await rig.ftpipe(["run", "--target", "ours", "--yes", "--no-wait"], { environment });
    expect(detached.code).toBe(0);
    expect(detached.stdout).toContain("Go on    ftpipe resume towns.yaml --target ours");
    const run = await rig.ftpipe(["run", "--target", "ours", "--yes"], { environment });
    expect(run.stdout).toContain("ft:ftpipe-nano:local:towns:");
    expect(run.code).toBe(0);
    expect(run.stdout + run.stderr + rig.read("towns.lock.yaml") + rig.read(".ftpipe/journal.jsonl")).not.toContain(
      key,
    );
    const created = rig
      .read(".ftpipe/serve/access.log")
      .split("\n")
      .filter((line) => / POST \/v1\/fine_tuning\/jobs 200/.test(line));
    expect(created).toHaveLength(1);
  });
});

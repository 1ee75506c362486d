import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createRig, type Rig, type Running } from "./rig.ts";

let rig: Rig;
let server: Running | undefined;
afterEach(() => rig.end());

interface Job {
  readonly id: string;
  readonly status: string;
}

/** The real server with these flags, and calls of it over its socket. */
async function serve(...flags: readonly string[]) {
  server = rig.start(["serve", "--port", "0", "--json", ...flags]);
  const output = await server.until(/\}\n/);
  const { url, key } = JSON.parse(output) as { url: string; key: string };
  const send = (method: string, path: string, body?: object | FormData) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  const call = async <T>(method: string, path: string, body?: object | FormData): Promise<T> =>
    (await (await send(method, path, body)).json()) as T;
  return { send, call, state: () => call<{ jobs: { made: number; live: number } }>("GET", "/chaos") };
}

function trainingFile(): FormData {
  const line = (index: number) =>
    JSON.stringify({
      messages: [
        { role: "user", content: `Number ${index}?` },
        { role: "assistant", content: `It is ${index}.` },
      ],
    });
  const form = new FormData();
  form.append("purpose", "fine-tune");
  form.append("file", new File([Array.from({ length: 10 }, (_, index) => line(index)).join("\n")], "train.jsonl"));
  return form;
}

describe("ftpipe serve --chaos", () => {
  test("outlives a kill: jobs are counted over all starts, and the log of what struck is whole", async () => {
    rig = createRig({ "day.yaml": "- { route: create_job, n: 1, fault: lost_answer }\n" });
    const flags = ["--chaos", "seed=7,list_lag=60s", "--chaos-script", "day.yaml"];
    const first = await serve(...flags);
    const { id: training_file } = await first.call<{ id: string }>("POST", "/files", trainingFile());
    const request = { model: "ftpipe-nano", training_file, hyperparameters: { n_epochs: 1 }, metadata: { run: "a" } };
    await expect(first.send("POST", "/fine_tuning/jobs", request)).rejects.toThrow("fetch failed");
    const lists = await first.call<{ data: readonly Job[] }>("GET", "/fine_tuning/jobs?metadata[run]=a");
    expect(lists.data).toEqual([]);
    server?.child.kill("SIGKILL");
    await server?.ended;
    const log = readFileSync(join(rig.folder, ".ftpipe/serve/chaos.jsonl"), "utf8");
    const struck = log
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { fault: string }).fault);
    expect(struck).toEqual(["list_lag", "lost_answer", "list_lag"]);

    const second = await serve("--chaos-script", "day.yaml");
    expect((await second.state()).jobs).toMatchObject({ made: 1, live: 1 });
    const [job] = (await second.call<{ data: readonly Job[] }>("GET", "/fine_tuning/jobs")).data;
    let status = job?.status;
    while (status !== "succeeded") {
      expect(status).toMatch(/validating_files|queued|running/);
      ({ status } = await second.call<Job>("GET", `/fine_tuning/jobs/${job?.id}`));
    }
    server?.child.kill("SIGINT");
    expect((await server?.ended)?.code).toBe(0);
  });

  test("says that it goes wrong, and where it tells of it", async () => {
    rig = createRig();
    server = rig.start(["serve", "--port", "0", "--chaos", "seed=7"]);
    const output = await server.until(/chaos\.jsonl/);
    expect(output).toMatch(/on purpose \(seed 7\).*GET http:\/\/127\.0\.0\.1:\d+\/v1\/chaos/);
  });

  test("refuses bad flags with all that is wrong, and starts nothing", async () => {
    rig = createRig({ "day.yaml": "- { route: create_jobs, n: 1, fault: reset }\n" });
    const { code, stderr } = await rig.ftpipe([
      "serve",
      "--chaos",
      "lost_anser=1,late=2h",
      "--chaos-script",
      "day.yaml",
    ]);
    expect(code).toBe(2);
    for (const text of [
      'Did you mean "lost_answer"?',
      '"2h"',
      "day.yaml:1:3",
      'Did you mean "create_job"?',
      "3 errors",
    ]) {
      expect(stderr).toContain(text);
    }
    const missing = await rig.ftpipe(["serve", "--chaos-script", "none.yaml"]);
    expect(missing.code).toBe(9);
    expect(missing.stderr).toContain("none.yaml");
  });
});

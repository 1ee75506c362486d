import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageFile } from "../../src/core/assets.ts";
import type { RunEvent } from "../../src/run/events.ts";
import type { BenchSettings, Outcome } from "./measurement.ts";

/** Exit codes of a run that came to its end: the gate may refuse the model, which is no matter of speed. */
const gateFailed = 3;

/** The first `ftpipe run reviewer` in a new folder, by the real program from its source. */
export async function benchReviewer({ quick, loadBefore }: BenchSettings): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-bench-"));
  try {
    await copyExample(folder);
    const { job, whole, verdict } = await timeRun(
      folder,
      quick ? ["--set", "training.hyperparameters.n_epochs=1"] : [],
    );
    const remark = `${availableParallelism()} cores, load before ${loadBefore.toFixed(2)}; gate ${verdict}`;
    return {
      measurements: [
        {
          name: "job, created to succeeded",
          unit: "s",
          values: [job],
          bound: { direction: "at most", floor: 20 },
          remark,
        },
        {
          name: "first `ftpipe run reviewer`",
          unit: "s",
          values: [whole],
          bound: { direction: "at most", floor: 45 },
          remark,
        },
      ],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the pipeline reads, and nothing that an earlier run left. */
async function copyExample(folder: string): Promise<void> {
  for (const name of ["pipelines", "templates", "schemas"]) {
    await cp(packageFile(name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes(".ftpipe") && !path.endsWith(".lock.yaml"),
    });
  }
}

/** @throws Error with what the program wrote, should it fail. */
async function timeRun(
  folder: string,
  flags: readonly string[],
): Promise<{ readonly job: number; readonly whole: number; readonly verdict: string }> {
  const started = performance.now();
  const child = spawn(process.execPath, [packageFile("src/cli/main.ts"), "run", "reviewer", "--json", ...flags], {
    cwd: join(folder, "pipelines"),
    // No key and no CI of whoever runs the bench.
    env: { PATH: process.env["PATH"] ?? "", HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let [created, succeeded, verdict] = [Number.NaN, Number.NaN, "absent"];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as RunEvent;
    // The stage `train` creates the job, `wait` sees its end.
    if (event.type === "stage_started" && event.stage === "train") created = performance.now();
    if (event.type === "stage_finished" && event.stage === "wait") succeeded = performance.now();
    if (event.type === "run_finished") verdict = event.verdict ?? verdict;
  }
  const code = await ended;
  const whole = (performance.now() - started) / 1000;
  if ((code !== 0 && code !== gateFailed) || Number.isNaN(succeeded - created)) {
    throw new Error(`ftpipe run reviewer ended with ${code}:\n${errors}`);
  }
  return { job: (succeeded - created) / 1000, whole, verdict };
}

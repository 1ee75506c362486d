/**
 * Runs the local stages of a pipeline in a process of its own, with nothing in the cache.
 *
 *   node bench/build/run-stages.ts FOLDER STAGE WORKERS
 *
 * Prints {"seconds", "megabytes"}: from opening the pipeline to the last stage's end, and the process's peak memory.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openSession } from "../../src/compose.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { localRequest } from "../../src/stages/local-request.ts";
import { runPipeline } from "../../src/stages/run-pipeline.ts";

const [folder = "", until = "", workers = ""] = process.argv.slice(2);
await rm(join(folder, ".ftpipe"), { recursive: true, force: true });
const start = performance.now();
const session = await openSession({
  ports: nodePorts({}),
  workingDirectory: folder,
  file: join(folder, "pipelines/copywriter.yaml"),
  target: undefined,
  overrides: [],
  workers: Number(workers),
  measures: until !== "split",
  trains: false,
});
await runPipeline(localRequest(session, { until }));
const seconds = (performance.now() - start) / 1000;
await session.close();
process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));

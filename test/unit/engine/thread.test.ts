import { afterEach, expect, test } from "vitest";
import type { Tasks } from "../../../src/engine/tasks.ts";
import { startThread, type Thread } from "../../../src/engine/thread.ts";

let thread: Thread;
afterEach(() => thread.end());

/** A program in place of the engine's. */
function run(onMessage: string): void {
  const program = `import { parentPort } from "node:worker_threads"; parentPort.on("message", ({ task }) => { ${onMessage} });`;
  thread = startThread(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
}
const batch: Tasks["gradient"]["input"] = { examples: [], scales: [] };

test("an error in a task is the caller's, and the thread works on", async () => {
  thread = startThread();
  await expect(thread.call("reduce", undefined)).rejects.toThrow("no training has begun");
  await expect(thread.call("end", undefined)).resolves.toBeUndefined();
});

test("a second task at the same time is refused, and the first one unharmed", async () => {
  run("setImmediate(() => parentPort.postMessage({ output: task }))");
  const first = thread.call("gradient", batch);
  await expect(thread.call("reduce", undefined)).rejects.toThrow("busy");
  await expect(first).resolves.toBe("gradient");
});

test("a thread that dies rejects its task with the reason, and takes no more", async () => {
  run('throw new Error("overheated")');
  await expect(thread.call("gradient", batch)).rejects.toThrow("worker thread of the engine failed: overheated");
  expect(thread.ended).toBe(true);
  await expect(thread.call("gradient", batch)).rejects.toThrow("ended");
});

test("a thread that is ended rejects its task", async () => {
  run("");
  const outcome = expect(thread.call("gradient", batch)).rejects.toThrow("in the midst of a task");
  await thread.end();
  await outcome;
});

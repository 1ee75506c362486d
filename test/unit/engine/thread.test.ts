import { expect, test } from "vitest";
import { startThread } from "../../../src/engine/thread.ts";

const question = {
  model: { base: "ftpipe-nano" },
  messages: [{ role: "user", content: "Hello?" }],
  sampling: { temperature: 0, max_tokens: 400 },
  seed: 1,
} as const;

test("an error in a task is the caller's, and the thread works on", async () => {
  const thread = startThread();
  await expect(thread.call("reduce", undefined)).rejects.toThrow("no training has begun");
  await expect(thread.call("complete", question)).resolves.toMatchObject({ finishReason: "length" });
  await thread.end();
});

test("a second task at the same time is refused, and the first one unharmed", async () => {
  const thread = startThread();
  const first = thread.call("complete", question);
  await expect(thread.call("reduce", undefined)).rejects.toThrow("busy");
  await expect(first).resolves.toMatchObject({ finishReason: "length" });
  await thread.end();
});

test("a thread that dies rejects its task with the reason, and takes no more", async () => {
  const program = `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { throw new Error("overheated"); });`;
  const thread = startThread(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
  await expect(thread.call("complete", question)).rejects.toThrow("worker thread of the engine failed: overheated");
  expect(thread.ended).toBe(true);
  await expect(thread.call("complete", question)).rejects.toThrow("ended");
});

test("a thread that is ended rejects its task", async () => {
  const thread = startThread();
  const outcome = expect(thread.call("complete", question)).rejects.toThrow("in the midst of a task");
  await thread.end();
  await outcome;
});

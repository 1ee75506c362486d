import { afterEach, expect, test, vi } from "vitest";
import { type PeerProgram, startHere, type startPeer } from "../../../src/core/peer.ts";

const echo: PeerProgram<string, string> = (post) => (message) => post(`${message}!`);

/** The first reply, and what else happened. */
function listen() {
  const reply = Promise.withResolvers<string>();
  const ends: number[] = [];
  return {
    reply: reply.promise,
    ends,
    events: { onReply: reply.resolve, onError: reply.reject, onExit: (code: number) => void ends.push(code) },
  };
}

afterEach(() => {
  vi.doUnmock("node:worker_threads");
  vi.resetModules();
});

test("a program in this thread answers later, never while it is asked, and no more once it is ended", async () => {
  const { reply, ends, events } = listen();
  const onReply = vi.fn(events.onReply);
  const peer = startHere(echo, { ...events, onReply });
  peer.post("one");
  expect(onReply).not.toHaveBeenCalled();
  expect(await reply).toBe("one!");
  peer.post("two");
  await peer.end();
  await new Promise(setImmediate);
  expect(onReply).toHaveBeenCalledTimes(1);
  expect(ends).toEqual([0]);
});

test("where no worker can be started, the program runs in this thread", async () => {
  vi.doMock("node:worker_threads", () => ({
    parentPort: null,
    Worker: class {
      constructor() {
        throw new Error("no threads here");
      }
    },
  }));
  vi.resetModules();
  const { startPeer: startWithout } = (await import("../../../src/core/peer.ts")) as { startPeer: typeof startPeer };
  const { reply, events } = listen();
  startWithout({ module: new URL("file:///worker.js"), program: echo }, events).post("hello");
  expect(await reply).toBe("hello!");
});

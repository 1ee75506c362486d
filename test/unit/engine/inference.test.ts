import { describe, expect, test } from "vitest";
import type { PeerEvents } from "../../../src/core/peer.ts";
import type { Answer, Question } from "../../../src/engine/answering.ts";
import type { CompletionRequest } from "../../../src/engine/engine.ts";
import { createInference } from "../../../src/engine/inference.ts";

const request: CompletionRequest = {
  model: { base: "ftpipe-nano" },
  messages: [{ role: "user", content: "Hello" }],
  sampling: { temperature: 0, max_tokens: 5, seed: 1 },
};

/** Threads that answer when the test says so. */
function createThreads() {
  const threads: { readonly asked: number[]; readonly events: PeerEvents<Answer>; held: boolean; ended: boolean }[] =
    [];
  const startPeer = (events: PeerEvents<Answer>) => {
    const thread = { asked: [] as number[], events, held: false, ended: false };
    threads.push(thread);
    return {
      post: (question: Question) => void (question.kind === "ask" && thread.asked.push(question.id)),
      ref: () => void Object.assign(thread, { held: true }),
      unref: () => void Object.assign(thread, { held: false }),
      end: async () => void Object.assign(thread, { ended: true }),
    };
  };
  const answer = (thread: number, id: number): void =>
    threads[thread]!.events.onReply({
      kind: "done",
      id,
      completion: { content: `by ${thread}`, finishReason: "stop", usage: { prompt_tokens: 1, completion_tokens: 1 } },
    });
  return { threads, startPeer, answer };
}

describe("answering in several threads", () => {
  test("chats spread over them, and none is started while another is idle", async () => {
    const { threads, startPeer, answer } = createThreads();
    const inference = createInference({ threads: 2, startPeer });
    const chats = Array.from({ length: 5 }, () => inference.complete(request));
    expect(threads.map(({ asked }) => asked)).toEqual([
      [1, 3, 5],
      [2, 4],
    ]);
    for (const id of [1, 3, 5]) answer(0, id);
    expect(threads.map(({ held }) => held)).toEqual([false, true]);
    const next = inference.complete(request);
    expect(threads).toHaveLength(2);
    answer(0, 6);
    for (const id of [2, 4]) answer(1, id);
    expect((await next).content).toBe("by 0");
    expect((await Promise.all(chats)).map(({ content }) => content)).toEqual(["by 0", "by 1", "by 0", "by 1", "by 0"]);
  });

  test("a thread that dies takes its own chats along; the next chat has another", async () => {
    const { threads, startPeer, answer } = createThreads();
    const inference = createInference({ threads: 2, startPeer });
    const [first, second] = [inference.complete(request), inference.complete(request)];
    threads[0]!.events.onError(new Error("out of memory"));
    threads[0]!.events.onExit(1);
    await expect(first).rejects.toThrow("A thread that answers chats failed: out of memory");
    const third = inference.complete(request);
    expect(threads.map(({ asked }) => asked)).toEqual([[1], [2], [3]]);
    answer(1, 2);
    answer(2, 3);
    expect([(await second).content, (await third).content]).toEqual(["by 1", "by 2"]);
  });

  test("closing ends all of them and fails what is open", async () => {
    const { threads, startPeer } = createThreads();
    const inference = createInference({ threads: 2, startPeer });
    const open = [inference.complete(request), inference.complete(request)].map((chat) =>
      expect(chat).rejects.toThrow("The engine was closed."),
    );
    await inference.close();
    await Promise.all(open);
    expect(threads.map(({ ended }) => ended)).toEqual([true, true]);
    await expect(inference.complete(request)).rejects.toThrow("The engine was closed.");
  });
});

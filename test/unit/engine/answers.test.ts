import { describe, expect, test } from "vitest";
import type { ResponseFormat, SamplingSettings } from "../../../src/core/chat.ts";
import { baseOf, tokenizerOf } from "../../../src/engine/bases.ts";
import type { Decoder } from "../../../src/engine/decoder.ts";
import { createReply, type Reply } from "../../../src/engine/reply.ts";
import { createScheduler, type Job } from "../../../src/engine/scheduler.ts";
import { special } from "../../../src/engine/tokenizer.ts";

const tokenizer = tokenizerOf(baseOf("ftpipe-nano"));
const messages = [{ role: "user", content: "Hi" }] as const;

interface Asked {
  readonly sampling?: Partial<Omit<SamplingSettings, "response_format">>;
  readonly context?: number;
  readonly responseFormat?: ResponseFormat;
  readonly onText?: (text: string) => void;
}

function reply({ sampling, context = 64, responseFormat, onText }: Asked = {}): Reply {
  const request = {
    model: { base: "ftpipe-nano" },
    messages,
    sampling: { temperature: 0, max_tokens: 40, ...sampling },
    seed: 1,
    ...(responseFormat === undefined ? {} : { responseFormat }),
  } as const;
  return createReply({ tokenizer, context }, request, onText);
}

/** Logits that make one token the likeliest. */
function logitsFor(token: number): Float32Array {
  const logits = new Float32Array(tokenizer.vocabulary);
  logits[token] = 1;
  return logits;
}

/** Has the model say a text, then end. */
function say(answer: Reply, text: string): void {
  for (const token of [...tokenizer.encode(text), special.end]) if (answer.take(logitsFor(token)) === undefined) return;
}

describe("a reply", () => {
  test("ends with the end token, which is not part of it", () => {
    const answer = reply();
    say(answer, "Grüße");
    expect(answer.completion()).toEqual({
      content: "Grüße",
      finishReason: "stop",
      usage: { prompt_tokens: 4, completion_tokens: 7 },
    });
  });

  test("ends at max_tokens, and where the context is full", () => {
    const short = reply({ sampling: { max_tokens: 3 } });
    say(short, "abcdef");
    expect(short.completion()).toMatchObject({ content: "abc", finishReason: "length" });
    const full = reply({ context: 9 });
    say(full, "abcdefghi");
    expect(full.completion()).toMatchObject({ content: "abcde", finishReason: "length" });
    expect(() => reply({ context: 4 })).toThrow("The prompt has 4 tokens");
  });

  test("is told piece by piece: whole characters, and nothing that may yet become a stop text", () => {
    const pieces: string[] = [];
    const answer = reply({ sampling: { stop: ["END", "nd!"] }, onText: (text) => pieces.push(text) });
    say(answer, "ü En EN END after");
    expect(answer.completion()).toMatchObject({ content: "ü En EN ", finishReason: "stop" });
    expect(pieces.join("")).toBe("ü En EN ");
    expect(pieces[0]).toBe("ü");
  });

  test("tells what it held back when it ends otherwise", () => {
    const pieces: string[] = [];
    const answer = reply({ sampling: { stop: ["END"] }, onText: (text) => pieces.push(text) });
    say(answer, "the EN");
    expect([pieces.join(""), answer.completion().content]).toEqual(["the EN", "the EN"]);
  });

  test("is no completion before it is whole", () => {
    expect(() => reply().completion()).toThrow("not whole yet");
  });

  test("in a format holds what the model would say against it, and ends by itself", () => {
    const schema = {
      type: "object",
      properties: { a: { enum: ["x", "yy"] } },
      required: ["a"],
      additionalProperties: false,
    };
    const answer = reply({ responseFormat: { type: "json_schema", json_schema: { name: "letter", schema } } });
    const y = tokenizer.encode("y")[0]!;
    let steps = 0;
    while (answer.take(logitsFor(y)) !== undefined) steps++;
    expect(answer.completion()).toMatchObject({ content: '{"a":"yy"}', finishReason: "stop" });
    expect(steps).toBe(9);
  });

  test("in a format that no answer is short enough for is refused", () => {
    const responseFormat = { type: "json_object" } as const;
    expect(() => reply({ responseFormat, sampling: { max_tokens: 1 } })).toThrow("may be written");
  });
});

describe("the scheduler", () => {
  /** Ends every answer after as many tokens as its slot's turn says, and writes down what each step ran. */
  function fakeDecoder(slots: number, rows: number) {
    const steps: number[][] = [];
    const seen: number[] = [];
    const decoder: Decoder = {
      slots,
      rows,
      reset: (slot) => {
        seen[slot] = 0;
      },
      step(batch) {
        if (batch.length > rows) throw new Error("too many rows");
        steps.push(batch.map(({ slot }) => slot));
        return batch.map(({ slot, predict }) => {
          if (!predict) return undefined;
          seen[slot]!++;
          return logitsFor(seen[slot]! > 3 ? special.end : 70);
        });
      },
    };
    return { decoder, steps };
  }

  function start(count: number, slots: number, rows: number) {
    const { decoder, steps } = fakeDecoder(slots, rows);
    const scheduler = createScheduler(decoder);
    const done: number[] = [];
    const jobs = Array.from({ length: count }, (_, id): Job => ({ reply: reply(), onDone: () => done.push(id) }));
    for (const job of jobs) scheduler.add(job);
    return { scheduler, steps, done, jobs };
  }

  test("runs the answers of all open chats together", () => {
    const { scheduler, steps, done } = start(3, 4, 64);
    while (scheduler.busy()) scheduler.step();
    expect(steps).toEqual([
      [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2],
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(done).toEqual([0, 1, 2]);
  });

  test("has the others wait for a free place, and serves them in order", () => {
    const { scheduler, done } = start(7, 2, 64);
    while (scheduler.busy()) scheduler.step();
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("cuts prompts to what a step takes, answers first", () => {
    const { scheduler, steps, jobs } = start(2, 4, 5);
    scheduler.step();
    expect(steps[0]).toEqual([0, 0, 0, 0, 1]);
    scheduler.step();
    expect(steps[1]).toEqual([0, 1, 1, 1]);
    while (scheduler.busy()) scheduler.step();
    expect(jobs.map((job) => job.reply.completion().content)).toEqual(["AAA", "AAA"]);
  });

  test("forgets a job that nobody waits for, open or not, and gives its place to the next", () => {
    const { scheduler, done, jobs } = start(3, 1, 64);
    scheduler.step();
    scheduler.remove(jobs[0]!);
    scheduler.remove(jobs[1]!);
    while (scheduler.busy()) scheduler.step();
    expect(done).toEqual([2]);
  });
});

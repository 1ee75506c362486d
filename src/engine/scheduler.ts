import type { Decoder, DecoderRow } from "./decoder.ts";
import type { Reply } from "./reply.ts";

/** An answer that is wanted, and who wants it. */
export interface Job {
  readonly reply: Reply;
  readonly onDone: () => void;
}

/** Answers many chats with one model: each step runs one token of every open answer, and prompts beside them. */
export interface Scheduler {
  add(job: Job): void;
  /** Forgets a job; its `onDone` is not called. */
  remove(job: Job): void;
  /** Whether there is something to do. */
  busy(): boolean;
  /** A few milliseconds of work. */
  step(): void;
}

interface OpenChat {
  readonly job: Job;
  readonly slot: number;
  /** Prompt tokens run so far. */
  read: number;
  /** The answer's token that is run next. */
  next: number | undefined;
}

export function createScheduler(decoder: Decoder): Scheduler {
  const waiting: Job[] = [];
  const free = Array.from({ length: decoder.slots }, (_, slot) => decoder.slots - 1 - slot);
  let open: OpenChat[] = [];

  const admit = (): void => {
    while (free.length > 0) {
      const job = waiting.shift();
      if (job === undefined) return;
      const slot = free.pop()!;
      decoder.reset(slot);
      open.push({ job, slot, read: 0, next: undefined });
    }
  };
  const close = (chat: OpenChat): void => {
    open = open.filter((other) => other !== chat);
    free.push(chat.slot);
  };
  /** One token of every answer; what is left goes to prompts, the oldest first. */
  const collect = (): readonly { chat: OpenChat; row: DecoderRow }[] => {
    const rows = open.flatMap((chat) =>
      chat.next === undefined ? [] : [{ chat, row: { slot: chat.slot, token: chat.next, predict: true } }],
    );
    for (const chat of open) {
      if (chat.next !== undefined) continue;
      const { prompt } = chat.job.reply;
      const until = Math.min(prompt.length, chat.read + decoder.rows - rows.length);
      for (; chat.read < until; chat.read++) {
        const predict = chat.read === prompt.length - 1;
        rows.push({ chat, row: { slot: chat.slot, token: prompt[chat.read]!, predict } });
      }
    }
    return rows;
  };

  return {
    add: (job) => void waiting.push(job),
    remove(job) {
      const place = waiting.indexOf(job);
      if (place >= 0) waiting.splice(place, 1);
      const chat = open.find((known) => known.job === job);
      if (chat !== undefined) close(chat);
    },
    busy: () => waiting.length > 0 || open.length > 0,
    step() {
      admit();
      const rows = collect();
      const logits = decoder.step(rows.map(({ row }) => row));
      rows.forEach(({ chat }, index) => {
        const own = logits[index];
        if (own === undefined) return;
        chat.next = chat.job.reply.take(own);
        if (chat.next !== undefined) return;
        close(chat);
        chat.job.onDone();
      });
    },
  };
}

import { extname } from "node:path";
import { setImmediate } from "node:timers";
import { parentPort, Worker } from "node:worker_threads";

/** A program that takes messages and posts others: in a worker thread or, where there are none, in this one. */
export type PeerProgram<Message, Reply> = (post: (reply: Reply) => void) => (message: Message) => void;

/** Another thread with which messages are exchanged. Unreferenced, it does not keep the process alive. */
export interface Peer<Message> {
  post(message: Message): void;
  ref(): void;
  unref(): void;
  /** Stops the thread at once. */
  end(): Promise<void>;
}

export interface PeerEvents<Reply> {
  onReply(reply: Reply): void;
  /** The thread died of an error that it did not catch. */
  onError(error: Error): void;
  onExit(code: number): void;
}

/** The module of this name beside the caller's. @param beside Its `import.meta.url`. */
export function moduleBeside(name: string, beside: string): URL {
  // The same ending as the caller's: .ts from source, .js from the built package.
  return new URL(`./${name}${extname(beside)}`, beside);
}

/** @param file The module that runs the program in a worker. */
export function startWorker<Message, Reply>(file: URL, events: PeerEvents<Reply>): Peer<Message> {
  // Flags of the main program, such as --input-type or --inspect, are not the thread's business.
  const worker = new Worker(file, { execArgv: [] });
  worker.unref();
  worker.on("message", (reply: Reply) => events.onReply(reply));
  worker.on("error", (error) => events.onError(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", (code) => events.onExit(code));
  return {
    post: (message) => worker.postMessage(message),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    end: async () => void (await worker.terminate()),
  };
}

/** The program in this thread: the same bits, but whatever else the thread has to do waits meanwhile. */
export function startHere<Message, Reply>(
  program: PeerProgram<Message, Reply>,
  events: PeerEvents<Reply>,
): Peer<Message> {
  let ended = false;
  const receive = program((reply) => {
    setImmediate(() => {
      if (!ended) events.onReply(reply);
    });
  });
  return {
    post: (message) => void setImmediate(() => void (ended || receive(message))),
    ref() {},
    unref() {},
    async end() {
      if (ended) return;
      ended = true;
      events.onExit(0);
    },
  };
}

/** A worker thread or, where none can be started, this one. */
export function startPeer<Message, Reply>(
  { module, program }: { readonly module: URL; readonly program: PeerProgram<Message, Reply> },
  events: PeerEvents<Reply>,
): Peer<Message> {
  try {
    return startWorker(module, events);
  } catch {
    // Out of threads, or a host without any: slower, but the same bits.
    return startHere(program, events);
  }
}

/** Runs a program for the thread that started this one. */
export function serveParent<Message, Reply>(program: PeerProgram<Message, Reply>): void {
  if (parentPort === null) throw new Error("this file runs as a worker thread only");
  const port = parentPort;
  const receive = program((reply) => port.postMessage(reply));
  port.on("message", (message: Message) => receive(message));
}

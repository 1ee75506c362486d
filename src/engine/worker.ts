import { parentPort } from "node:worker_threads";
import { nodePorts } from "../core/node-ports.ts";
import { createResponder } from "./responder.ts";
import { createShardWorker, type ShardWorker } from "./shard.ts";
import { packError, type TaskMessage, type TaskName, type TaskReply, type Tasks } from "./tasks.ts";

/** The program of a worker thread: one task at a time, each answered by one message. */

if (parentPort === null) throw new Error("this file runs as a worker thread only");
const port = parentPort;

let shard: ShardWorker | undefined;

function currentShard(): ShardWorker {
  if (shard === undefined) throw new Error("no training has begun in this thread");
  return shard;
}

const respond = createResponder(nodePorts({}).files);

type Handlers = {
  readonly [Name in TaskName]: (input: Tasks[Name]["input"]) => Tasks[Name]["output"] | Promise<Tasks[Name]["output"]>;
};

const handlers: Handlers = {
  begin(memory) {
    shard = createShardWorker(memory);
  },
  end() {
    shard = undefined;
  },
  gradient({ examples, scale }) {
    currentShard().gradient(examples, scale);
  },
  reduce() {
    currentShard().reduce();
  },
  update(step) {
    currentShard().update(step);
  },
  evaluate() {
    currentShard().evaluate();
  },
  complete: (request) => respond(request),
};

async function handle<Name extends TaskName>({ task, input }: TaskMessage<Name>): Promise<TaskReply> {
  try {
    return { output: await handlers[task](input) };
  } catch (error) {
    return { error: packError(error) };
  }
}

port.on("message", (message: TaskMessage) => {
  void handle(message).then((reply) => port.postMessage(reply));
});

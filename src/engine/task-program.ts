import type { PeerProgram } from "../core/peer.ts";
import { createShardWorker, type ShardWorker } from "./shard.ts";
import { packError, type TaskMessage, type TaskName, type TaskReply, type Tasks } from "./tasks.ts";

type Handlers = { readonly [Name in TaskName]: (input: Tasks[Name]["input"]) => void };

/** What a training thread does: one task at a time, each answered by one message. */
export const runTasks: PeerProgram<TaskMessage, TaskReply> = (post) => {
  let shard: ShardWorker | undefined;
  const current = (): ShardWorker => {
    if (shard === undefined) throw new Error("no training has begun in this thread");
    return shard;
  };
  const handlers: Handlers = {
    begin({ memory, thread }) {
      shard = createShardWorker(memory, thread);
    },
    end() {
      shard = undefined;
    },
    gradient: (batch) => current().gradient(batch),
    reduce: () => current().reduce(),
    update: (step) => current().update(step),
    measure: (examples) => current().measure(examples),
  };
  const handle = <Name extends TaskName>({ task, input }: TaskMessage<Name>): TaskReply => {
    try {
      const handler: (given: Tasks[Name]["input"]) => unknown = handlers[task];
      return { output: handler(input) };
    } catch (error) {
      return { error: packError(error) };
    }
  };
  return (message) => post(handle(message));
};

import { availableParallelism } from "node:os";
import { nodePorts } from "../core/node-ports.ts";
import type { FileSystem } from "../core/ports.ts";
import { baseNames, baseOf, describeBase } from "./bases.ts";
import type { Engine, TrainResult } from "./engine.ts";
import { encodeExamples } from "./examples.ts";
import { fillHyperparameters } from "./hyperparameters.ts";
import { createInferencePool } from "./inference.ts";
import { loadModel } from "./model-file.ts";
import { createTeamPool } from "./team.ts";
import { train } from "./train.ts";
import { engineVersion } from "./version.ts";

export interface EngineOptions {
  /** Threads that train; default: the machine's, at most 4. They change the speed only, never a bit. */
  readonly threads?: number;
  /** Where models and checkpoints are written; default: the real disk. Answering reads the real disk always. */
  readonly files?: FileSystem;
}

/** Most threads that answer chats, beside those that train. */
const mostInferenceThreads = 2;

/** Starts no thread before there is work. */
export function createEngine({
  threads = Math.min(availableParallelism(), 4),
  files = nodePorts({}).files,
}: EngineOptions = {}): Engine {
  const teams = createTeamPool(threads);
  const inference = createInferencePool(Math.min(threads, mostInferenceThreads));
  // One training at a time: two would only share the same cores.
  let lastTraining: Promise<unknown> = Promise.resolve();

  return {
    version: engineVersion,
    bases: baseNames.map((name) => describeBase(baseOf(name))),
    async validate(model, examples) {
      const { base } = await loadModel(model, files);
      return (await encodeExamples(base, examples)).faults;
    },
    resolveHyperparameters: (_model, examples, given) => fillHyperparameters(examples, given),
    train(request, hooks = {}) {
      const start = (): Promise<TrainResult> => train(request, hooks, { files, teams });
      const result = lastTraining.then(start);
      lastTraining = result.catch(() => undefined); // its caller hears of the failure; the next one goes ahead
      return result;
    },
    complete: (request) => inference.complete(request),
    async close() {
      await Promise.all([teams.close(), inference.close()]);
    },
  };
}

import { availableParallelism } from "node:os";
import { nodePorts } from "../core/node-ports.ts";
import { moduleBeside, startHere, startPeer } from "../core/peer.ts";
import type { FileSystem } from "../core/ports.ts";
import { createAnswering } from "./answering.ts";
import { baseNames, baseOf, describeBase } from "./bases.ts";
import type { Engine, TrainResult } from "./engine.ts";
import { encodeExamples } from "./examples.ts";
import { fillDpoHyperparameters, fillHyperparameters } from "./hyperparameters.ts";
import { createInference } from "./inference.ts";
import { loadModel } from "./model-file.ts";
import { createTeamPool } from "./team.ts";
import { startThreadHere } from "./thread.ts";
import { train } from "./train.ts";
import { engineVersion } from "./version.ts";

export interface EngineOptions {
  /** Threads that train, and most that answer; default: the machine's, at most 4. They change the speed only, never a bit. */
  readonly threads?: number;
  /** Whether there are worker threads; without, all is done in this one, to the same bits. Default true. */
  readonly workers?: boolean;
  /** Where models and checkpoints are written; default: the real disk. Answering reads the real disk always. */
  readonly files?: FileSystem;
}

/** Starts no thread before there is work. */
export function createEngine({
  threads = Math.min(availableParallelism(), 4),
  workers = true,
  files = nodePorts({}).files,
}: EngineOptions = {}): Engine {
  const teams = workers ? createTeamPool(threads) : createTeamPool(1, startThreadHere);
  const answering = createAnswering(files);
  const inference = workers
    ? createInference({
        threads,
        startPeer: (events) =>
          startPeer({ module: moduleBeside("answer-worker", import.meta.url), program: answering }, events),
      })
    : createInference({ threads: 1, startPeer: (events) => startHere(answering, events) });
  // One training at a time: two would only share the same cores.
  let lastTraining: Promise<unknown> = Promise.resolve();

  return {
    version: engineVersion,
    bases: baseNames.map((name) => describeBase(baseOf(name))),
    async validate(model, examples, overContext) {
      const base = "base" in model ? baseOf(model.base) : (await loadModel(model, files)).base;
      return (await encodeExamples(base, examples, overContext)).faults;
    },
    resolveHyperparameters: (_model, examples, given) => fillHyperparameters(examples, given),
    resolveDpoHyperparameters: (_model, examples, given) => fillDpoHyperparameters(examples, given),
    train(request, hooks = {}) {
      const start = (): Promise<TrainResult> => train(request, hooks, { files, teams });
      const result = lastTraining.then(start);
      lastTraining = result.catch(() => undefined); // its caller hears of the failure; the next one goes ahead
      return result;
    },
    complete: (request, hooks) => inference.complete(request, hooks),
    async close() {
      await Promise.all([teams.close(), inference.close()]);
    },
  };
}

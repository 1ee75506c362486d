import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { EvalCase } from "../evaluation/cases.ts";
import { isRecorded, type RecordedName, type Subject, type SubjectName } from "../evaluation/evaluate.ts";
import type { Connection } from "../providers/provider.ts";
import { findShutdown } from "../providers/shutdowns.ts";
import { comparedRecordings, questionKey, type Recording, recordingOf, unrecordedProblem } from "./baselines.ts";
import type { RecordedFrom } from "./evaluation-file.ts";
import { askFresh } from "./fresh-models.ts";
import { judgedRecording } from "./judged-recording.ts";
import { samplingOf } from "./sampling.ts";
import { dayOf, isPast } from "./shutdown-radar.ts";
import type { WaitValue } from "./wait.ts";
import type { SelectedTarget, World } from "./world.ts";

/** Models by the part that they play. */
export type Subjects = Readonly<{ tuned: string } & Partial<Record<Exclude<SubjectName, "tuned">, string>>>;

/** What the tuned model is compared with, as far as it is asked: recorded answers are free. */
export function askedBeside({ pipeline, target }: Pick<World, "pipeline" | "target">): readonly string[] {
  return pipeline.evaluation.compare.filter(
    (name) => !isRecorded(name) && (name !== "base" || target.capabilities.baseChat !== "none"),
  );
}

/** @throws FtpipeError as `comparedRecordings`. */
export async function subjectsOf(world: World, { model, base }: Pick<WaitValue, "model" | "base">): Promise<Subjects> {
  const { compare } = world.pipeline.evaluation;
  const asked = askedBeside(world);
  const tuned = world.modelOverride ?? model;
  const previous = compare.includes("previous") ? world.predecessorOf(tuned)?.model : undefined;
  const recorded = [...(await comparedRecordings(world))].map(([name, { model }]) => [name, model]);
  return {
    ...(asked.includes("base") ? { base: world.target.capabilities.baseName ?? base } : {}),
    ...(previous === undefined ? {} : { previous }),
    ...(Object.fromEntries(recorded) as Record<RecordedName, string>),
    tuned,
  };
}

/** Hashes of the recorded answers that the result depends on; undefined where there are none. */
export async function recordedHashes(world: World): Promise<Readonly<Record<string, string>> | undefined> {
  const recordings = await comparedRecordings(world);
  if (recordings.size === 0) return undefined;
  return Object.fromEntries([...recordings].map(([name, { sha256 }]) => [name, sha256]));
}

export interface Connected {
  readonly subjects: readonly Subject[];
  /** By the part that they play; known in full when all is asked. */
  readonly recorded: () => Readonly<Record<string, RecordedFrom>>;
  /** What of the recordings must be said. */
  readonly problems: () => readonly Problem[];
}

/** Makes the models ready to be asked: those that live, and those whose answers were recorded. */
export async function connectSubjects(world: World, models: Subjects, cases: readonly EvalCase[]): Promise<Connected> {
  const sampling = await samplingOf({ loaded: world.loaded, files: world.ports.files });
  const used = new Map<string, Recording>();
  const gone = new Set<string>();
  const recordings = await comparedRecordings(world);
  const recordedReply = (name: string, recording: Recording, evalCase: EvalCase) => {
    used.set(name, recording);
    return recording.answerTo(questionKey(evalCase, sampling));
  };
  const live = (model: string, connect: () => Promise<Connection>): Subject["ask"] => {
    return async ({ messages, tools }, signal) => {
      const connection = await connect();
      const ask = () => connection.complete({ model, messages, sampling, ...tools }, signal);
      return askFresh({ world, model, signal }, ask);
    };
  };
  const previousSubject = async (model: string): Promise<Subject["ask"]> => {
    const { target: home = world.target, evidence } = world.predecessorOf(models.tuned) ?? {};
    const standIn = (await recordingOf(world, model)) ?? (await judgedRecording(world, { model, evidence }));
    const asked = live(model, await previousConnection(world, home, standIn === undefined));
    if (standIn === undefined) return asked;
    const fallBack = (evalCase: EvalCase) => {
      gone.add(model);
      return recordedReply("previous", standIn, evalCase);
    };
    if (await isShutDown(world, home, model)) return async (evalCase) => fallBack(evalCase);
    return async (evalCase, signal) => {
      if (gone.has(model)) return fallBack(evalCase);
      try {
        return await asked(evalCase, signal);
      } catch (error) {
        if (!(error instanceof FtpipeError) || error.code !== "MODEL_GONE") throw error;
        return fallBack(evalCase);
      }
    };
  };
  const subjects: Subject[] = [];
  for (const [name, model] of Object.entries(models) as [SubjectName, string][]) {
    const recording = isRecorded(name) ? recordings.get(name) : undefined;
    if (recording !== undefined) {
      used.set(name, recording);
      subjects.push({ name, ask: async (evalCase) => recordedReply(name, recording, evalCase) });
    } else if (name === "previous") subjects.push({ name, ask: await previousSubject(model) });
    else {
      // A key that is missing is said before anything is asked.
      await world.connection();
      subjects.push({ name, ask: live(model, world.connection) });
    }
  }
  return {
    subjects,
    recorded: () =>
      Object.fromEntries(
        [...used].map(([name, { model, recordedAt = null, sha256 }]) => [
          name,
          { model, recorded_at: recordedAt, sha256 },
        ]),
      ),
    problems: () =>
      [...used].flatMap(([name, recording]) => {
        const stands = name === "previous" ? [standInProblem(recording)] : [];
        const open = unrecordedProblem(name, { recording, cases, sampling });
        return [...stands, ...(open === undefined ? [] : [{ severity: "warning" as const, ...open }])];
      }),
  };
}

function standInProblem({ displayPath, model }: Recording): Problem {
  const message = `The model accepted before, ${model}, does not answer any more: its answers recorded in ${displayPath} stand in.`;
  return problem("warning", "MODEL_GONE", message);
}

async function isShutDown({ ports }: World, { provider }: SelectedTarget, model: string): Promise<boolean> {
  const found = await findShutdown(provider.name, model, ports.files);
  return found?.on !== undefined && isPast(found.on, dayOf(ports));
}

/**
 * The accepted model may live at another target. All targets of the built-in engine are one server.
 * @param mustAnswer Whether a key that is missing is said before anything is asked.
 */
async function previousConnection(
  { target, connection, ports }: World,
  other: SelectedTarget,
  mustAnswer: boolean,
): Promise<() => Promise<Connection>> {
  if (other.name === target.name || (other.provider.name === target.provider.name && target.provider.name === "local"))
    return connection;
  const local = () => Promise.reject(new Error(`${other.provider.name} asked for the built-in server`));
  let opened: Promise<Connection> | undefined;
  const connect = () => {
    opened ??= other.provider.connect(other.settings, { ports, local });
    return opened;
  };
  if (mustAnswer) await connect();
  return connect;
}

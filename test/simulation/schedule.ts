import { setImmediate } from "node:timers/promises";
import { FtpipeError } from "../../src/core/errors.ts";
import { hashJson } from "../../src/core/hash.ts";
import { createRandom } from "../../src/engine/random.ts";
import { type Capabilities, type Connection, carefulLookUp, type RemoteJob } from "../../src/providers/provider.ts";
import type { Intent, Journal } from "../../src/run/journal.ts";
import { type TrainValue, train } from "../../src/stages/train.ts";
import { wait } from "../../src/stages/wait.ts";
import type { World } from "../../src/stages/world.ts";

/** How bad a day is. Shares are from 0 to 1, times in seconds. */
export interface Weather {
  /** Of the steps after which a process is killed. */
  readonly crash: number;
  /** Of the requests to create whose answer is lost, or that are never heard. */
  readonly fault: number;
  /** Longest time until a job is listed. */
  readonly listLag: number;
  /** Longest time after its end in which a request may still be accepted. */
  readonly late: number;
  /** Of the crashes after which another machine goes on, without journal and lock. */
  readonly lost: number;
  /** Machines that start at once, each with a journal and lock of its own. */
  readonly machines: number;
}

export interface Outcome {
  /** Jobs at the end that were not cancelled: one, if all is well. */
  readonly live: number;
  /** Jobs that were ever accepted. */
  readonly accepted: number;
  readonly crashes: number;
  /** Whether every machine came to its end, and to the same job. */
  readonly agreed: boolean;
}

/** How a client creates its job and follows it to the end; resolves with the job's id. */
export type Strategy = (machine: Machine) => Promise<string>;

/** What a process has: its disk outlives it, unless it is lost. */
export interface Machine {
  readonly disk: { journal: readonly Entry[]; job: string | undefined };
  readonly connection: Connection;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  /** May kill the process here. */
  readonly step: () => void;
}

type Entry = { readonly type: string; readonly at: number; readonly id?: string; readonly deadline?: number };

class Killed extends Error {}

/** Time that passes only when everybody waits. */
function virtualTime() {
  let now = Date.UTC(2026, 10, 22);
  const timers: { readonly at: number; readonly number: number; readonly wake: () => void }[] = [];
  let count = 0;
  return {
    now: () => now,
    sleep: (milliseconds: number): Promise<void> =>
      new Promise((wake) => {
        timers.push({ at: now + Math.max(0, milliseconds), number: count++, wake });
      }),
    /** Wakes who waits for the nearest moment; false if nobody waits. */
    pass(): boolean {
      let nearest = 0;
      for (let index = 1; index < timers.length; index++) {
        const [a, b] = [timers[index], timers[nearest]] as [(typeof timers)[0], (typeof timers)[0]];
        if (a.at < b.at || (a.at === b.at && a.number < b.number)) nearest = index;
      }
      const [timer] = timers.splice(nearest, 1);
      if (timer === undefined) return false;
      now = timer.at;
      timer.wake();
      return true;
    },
    skip: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

type Time = ReturnType<typeof virtualTime>;

interface SimulatedJob {
  readonly id: string;
  readonly createdAt: number;
  readonly listedAt: number;
  readonly endsAt: number;
  cancelled: boolean;
}

/** A provider on a bad day: it loses answers, accepts late and lists late. */
function simulatedProvider(random: () => number, time: Time, weather: Weather) {
  const jobs: SimulatedJob[] = [];
  const late: number[] = [];
  const accept = (at: number): SimulatedJob => {
    const job = {
      id: `ftjob-${String(jobs.length + 1).padStart(3, "0")}`,
      createdAt: at,
      listedAt: at + random() * weather.listLag * 1000,
      // Longer than the last look for late duplicates, as trainings at a provider are.
      endsAt: at + (600 + random() * 900) * 1000,
      cancelled: false,
    };
    jobs.push(job);
    return job;
  };
  const acceptLate = (): void => {
    for (let index = late.length - 1; index >= 0; index--) {
      const at = late[index] as number;
      if (at > time.now()) continue;
      late.splice(index, 1);
      accept(at);
    }
  };
  const spend = async (milliseconds: number): Promise<void> => {
    await time.sleep(milliseconds);
    acceptLate();
  };
  const show = (job: SimulatedJob): RemoteJob => {
    const succeeded = !job.cancelled && job.endsAt <= time.now();
    const status = job.cancelled ? "cancelled" : succeeded ? "succeeded" : "running";
    return {
      id: job.id,
      status,
      state: status,
      // The wire has whole seconds.
      createdAt: Math.floor(job.createdAt / 1000),
      model: succeeded ? `ft:${job.id}` : undefined,
      error: undefined,
      trainedTokens: undefined,
      hyperparameters: {},
      resultFiles: [],
    };
  };
  const known = (id: string): SimulatedJob => {
    const job = jobs.find((other) => other.id === id);
    if (job === undefined) throw new FtpipeError("JOB_GONE", `There is no job ${id}.`);
    return job;
  };
  const mayFail = (): void => {
    if (random() < weather.fault / 4) throw new FtpipeError("NETWORK", "The network failed.");
  };
  const lostAnswer = (why: string): FtpipeError => new FtpipeError("CREATE_AMBIGUOUS", why);
  const create = async (): Promise<RemoteJob> => {
    await spend(100);
    if (random() >= weather.fault) return show(accept(time.now()));
    switch (Math.floor(random() * 6)) {
      case 0:
        accept(time.now());
        throw lostAnswer("reset after it was accepted");
      case 1:
        throw lostAnswer("reset before it was accepted");
      case 2:
        accept(time.now());
        throw lostAnswer("500 after it was accepted");
      case 3:
        throw new FtpipeError("PROVIDER_UNAVAILABLE", "429");
      case 4:
        accept(time.now());
        await spend(60_000);
        throw lostAnswer("timeout after it was accepted");
      default:
        await spend(60_000);
        late.push(time.now() + random() * weather.late * 1000);
        throw lostAnswer("timeout, accepted late");
    }
  };
  const connection: Connection = {
    create,
    find: async () => {
      await spend(50);
      mayFail();
      return jobs.filter(({ listedAt }) => listedAt <= time.now()).map(show);
    },
    read: async (id) => {
      await spend(50);
      mayFail();
      return show(known(id));
    },
    events: async () => [],
    cancel: async (id) => {
      await spend(50);
      mayFail();
      const job = known(id);
      if (job.cancelled || job.endsAt <= time.now()) throw new FtpipeError("PROVIDER_REJECTED", "It has ended.");
      job.cancelled = true;
      return show(job);
    },
    pause: () => Promise.reject(new Error("nothing is paused here")),
    resume: () => Promise.reject(new Error("nothing is paused here")),
    checkpoints: async () => [],
    results: async () => [],
    findFile: () => Promise.reject(new Error("no files here")),
    upload: () => Promise.reject(new Error("no files here")),
    complete: () => Promise.reject(new Error("no chats here")),
  };
  /** Waits until nothing can come any more, and counts. */
  const end = () => {
    time.skip(10 * 86_400_000);
    acceptLate();
    return { live: jobs.filter(({ cancelled }) => !cancelled).length, accepted: jobs.length };
  };
  return { connection, end };
}

/** A disk that a crash does not tear: what was acknowledged is there. */
function journalOn(machine: Machine): Journal {
  const append = (entry: Entry): void => {
    machine.step();
    machine.disk.journal = [...machine.disk.journal, entry];
    machine.step();
  };
  return {
    intend: async (intent) => append({ ...intent, type: "intent", at: machine.now() }),
    settle: async (outcome) => append({ ...outcome, at: machine.now() }),
    open: async () => {
      const last = machine.disk.journal.at(-1);
      return last?.type === "intent" ? (last as Entry & Intent) : undefined;
    },
    known: async () => machine.disk.journal.findLast(({ id }) => id !== undefined)?.id,
  };
}

const capabilities: Partial<Capabilities> = {
  lookUp: carefulLookUp,
  poll: { fromMs: 20_000, toMs: 120_000 },
  jobsOutliveProcess: true,
  trains: true,
  seed: true,
};

/** All of a world that creating a job and waiting for it touch. */
function worldOf(machine: Machine): World {
  const world = {
    pipeline: { training: { method: "supervised", hyperparameters: {} }, timeouts: { queue: "24h" } },
    target: {
      name: "cloud",
      settings: { provider: "cloud", model: "base" },
      provider: { name: "cloud", identity: () => ({}) },
      capabilities,
    },
    ports: {
      clock: {
        now: machine.now,
        monotonic: machine.now,
        sleep: async (milliseconds: number) => {
          await machine.sleep(milliseconds);
          machine.step();
        },
      },
    },
    connection: async () => machine.connection,
    journal: journalOn(machine),
    attemptOf: () => 1,
    updateLock: async () => {},
    holdRoom: async () => {},
    modelLost: async () => false,
    localModel: async () => undefined,
    waitTimeoutMs: undefined,
    modelOverride: undefined,
  };
  return world as unknown as World;
}

/** The product's own stages, with the lock between them. */
export const ours: Strategy = async (machine) => {
  const world = worldOf(machine);
  const sha256 = hashJson("data");
  const context = {
    world,
    signal: new AbortController().signal,
    progress: () => {},
    warn: () => {},
    create: async () => ({
      write: async () => {},
      finish: async () => ({ path: "", sha256, bytes: 0 }),
      discard: async () => {},
    }),
  };
  const inputs = {
    split: { value: { validation: { examples: 0 } }, files: { train: { sha256 } } },
    upload: { value: { files: { training: "file-1" } }, files: {} },
  };
  if (machine.disk.job === undefined) {
    const { value } = await train.run({ ...context, inputs } as unknown as Parameters<typeof train.run>[0]);
    machine.step();
    machine.disk.job = value.job;
  }
  machine.step();
  const trained: TrainValue = { job: machine.disk.job, fingerprint: sha256, attempt: 1 };
  const waited = await wait.run({
    ...context,
    inputs: { train: { value: trained, files: {} } },
  } as unknown as Parameters<typeof wait.run>[0]);
  return waited.value.job;
};

/** The official client library's defaults: two repeats after any failure, and a rerun that knows nothing. */
export const clientDefaults: Strategy = async ({ connection, step, sleep }) => {
  for (let repeats = 0; ; repeats++) {
    step();
    try {
      const { id } = await connection.create({} as Parameters<Connection["create"]>[0]);
      step();
      return id;
    } catch (error) {
      if (error instanceof Killed || repeats === 2) throw error;
      await sleep(500 * 2 ** repeats);
    }
  }
};

/** Most restarts of a machine. */
const mostRestarts = 1000;

/** Plays one schedule to its end. Equal seeds give equal schedules. */
export async function playSchedule(seed: number, weather: Weather, strategy: Strategy): Promise<Outcome> {
  const random = createRandom(seed).next;
  const time = virtualTime();
  const provider = simulatedProvider(random, time, weather);
  let crashes = 0;
  const step = (): void => {
    if (random() < weather.crash) throw new Killed();
  };
  const crashing =
    <Arguments extends readonly unknown[], Value>(call: (...given: Arguments) => Promise<Value>) =>
    async (...given: Arguments): Promise<Value> => {
      step();
      const value = await call(...given);
      step();
      return value;
    };
  // Between two looks at a running job, a crash changes nothing: there are few of them.
  const { read, events, ...changing } = provider.connection;
  const connection = {
    read,
    events,
    ...Object.fromEntries(
      Object.entries(changing).map(([name, call]) => [name, crashing(call as () => Promise<unknown>)]),
    ),
  } as unknown as Connection;
  const machine = async (): Promise<string | undefined> => {
    let disk: Machine["disk"] = { journal: [], job: undefined };
    for (let restarts = 0; restarts < mostRestarts; restarts++) {
      try {
        return await strategy({ disk, connection, step, sleep: time.sleep, now: time.now });
      } catch (error) {
        if (!(error instanceof Killed) && !(error instanceof FtpipeError)) throw error;
        crashes++;
        await time.sleep(random() * 30_000);
        if (random() < weather.lost) disk = { journal: [], job: undefined };
      }
    }
    return undefined;
  };
  const running = Array.from({ length: weather.machines }, machine);
  let isDone = false;
  const all = Promise.all(running).finally(() => {
    isDone = true;
  });
  all.catch(() => {}); // told to whoever awaits it below
  do {
    await setImmediate();
  } while (!isDone && time.pass());
  const ids = await all;
  const agreed = ids.every((id) => id !== undefined && id === ids[0]);
  return { ...provider.end(), crashes, agreed };
}

/** Bad days, by name. */
export const weathers = {
  "lag and late up to 5 s": { crash: 0.04, fault: 0.35, listLag: 5, late: 5, lost: 0, machines: 1 },
  "lag 30 s, late 60 s": { crash: 0.04, fault: 0.35, listLag: 30, late: 60, lost: 0, machines: 1 },
  "the same, journals lost": { crash: 0.04, fault: 0.35, listLag: 30, late: 60, lost: 0.5, machines: 1 },
  "the same, worse": { crash: 0.1, fault: 0.6, listLag: 30, late: 60, lost: 0.5, machines: 1 },
  "two machines at once": { crash: 0.04, fault: 0.35, listLag: 30, late: 60, lost: 0.5, machines: 2 },
} as const satisfies Readonly<Record<string, Weather>>;

export type WeatherName = keyof typeof weathers;

export interface Tally {
  readonly schedules: number;
  /** Seeds of schedules that did not end with exactly one live job that every machine agrees on. */
  readonly failed: readonly number[];
  readonly accepted: number;
  readonly crashes: number;
}

/** Plays many schedules, some side by side: each has a time of its own. */
export async function playMany(
  seeds: { readonly from: number; readonly count: number },
  weather: Weather,
  strategy: Strategy,
): Promise<Tally> {
  const failed: number[] = [];
  let [accepted, crashes] = [0, 0];
  let next = seeds.from;
  const end = seeds.from + seeds.count;
  const player = async (): Promise<void> => {
    while (next < end) {
      const seed = next++;
      const outcome = await playSchedule(seed, weather, strategy);
      accepted += outcome.accepted;
      crashes += outcome.crashes;
      if (outcome.live !== 1 || !outcome.agreed) failed.push(seed);
    }
  };
  await Promise.all(Array.from({ length: 100 }, player));
  return { schedules: seeds.count, failed: failed.toSorted((a, b) => a - b), accepted, crashes };
}

export function replayCommand(weather: WeatherName, seed: number): string {
  return `npm run sim -- --weather "${weather}" --seed ${seed}`;
}

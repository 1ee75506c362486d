export interface Worker {
  /** Says that there may be work. */
  wake(): void;
  /** Resolves when there is none left. Never rejects. */
  idle(): Promise<void>;
}

interface WorkerOptions<T> {
  /** The next piece of work; undefined if there is none. */
  readonly next: () => T | undefined;
  readonly work: (item: T) => Promise<void>;
  /** What `work` threw; the worker then rests until it is woken. */
  readonly report: (error: unknown) => void;
}

/** Does one piece of work after the other for as long as there is any. */
export function createWorker<T>({ next, work, report }: WorkerOptions<T>): Worker {
  let busy = false;
  let done = Promise.resolve();
  const run = async () => {
    try {
      for (let item = next(); item !== undefined; item = next()) await work(item);
    } catch (error) {
      report(error);
    } finally {
      // Nothing is awaited between the last look and this line, so no call of `wake` is lost.
      busy = false;
    }
  };
  return {
    wake: () => {
      if (busy) return;
      busy = true;
      done = run();
    },
    idle: () => done,
  };
}

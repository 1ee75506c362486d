/** What a measurement must reach; `at most` for times. */
export interface Bound {
  readonly direction: "at least" | "at most";
  /** Missing it fails the bench. */
  readonly floor: number;
  readonly aim?: number;
}

export interface Measurement {
  readonly name: string;
  readonly unit: "ratio" | "s" | "ms" | "MB";
  /** One of each round. */
  readonly values: readonly number[];
  readonly bound?: Bound;
  /** What the figure is made of. */
  readonly remark: string;
}

/** What a section measured, or why it could not. */
export type Outcome = { readonly measurements: readonly Measurement[] } | { readonly skipped: string };

export interface BenchSettings {
  /** Few rounds, to try the bench itself. */
  readonly quick: boolean;
  /** The machine's load average, of one minute, before the bench began. */
  readonly loadBefore: number;
}

export type Verdict = "aim reached" | "floor held" | "MISSED" | "-";

/** By the median. Where there is no aim, holding the floor is all there is to reach. */
export function verdictOf({ values, bound }: Measurement): Verdict {
  if (bound === undefined) return "-";
  const value = median(values);
  const reaches = (limit: number): boolean => (bound.direction === "at least" ? value >= limit : value <= limit);
  if (bound.aim !== undefined && reaches(bound.aim)) return "aim reached";
  return reaches(bound.floor) ? "floor held" : "MISSED";
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** @param share From 0 to 1. Between two values, the straight line between them. @throws RangeError without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError("no values to take a quantile of");
  return below + (above - below) * (place - Math.floor(place));
}

/** One side of a comparison: does its work and tells the seconds that it took. */
export type Side = () => number | Promise<number>;

/**
 * Runs the sides in turn, round after round, so that whatever else the machine does hits all alike; every other
 * round in the reverse order.
 * @returns Seconds by side, then round.
 */
export async function inTurns(
  sides: readonly Side[],
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<readonly (readonly number[])[]> {
  const seconds: number[][] = sides.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    const order = sides.map((side, index) => ({ side, index }));
    if (round % 2 !== 0) order.reverse();
    for (const { side, index } of order) {
      const taken = await side();
      if (round >= 0) seconds[index]?.push(taken);
    }
  }
  return seconds;
}

/** Round by round, how many times as fast the first is as the second that does the same work. */
export function speedups(first: readonly number[], second: readonly number[]): readonly number[] {
  return first.map((seconds, round) => second[round]! / seconds);
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Text for a rate such as tokens or operations a second: the median over rounds. */
export function rate(amount: number, seconds: readonly number[], digits = 0): string {
  return (amount / median(seconds)).toFixed(digits);
}

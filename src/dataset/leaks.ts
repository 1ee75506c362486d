import { problem } from "../core/errors.ts";
import type { Digest } from "../core/hash.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { type ProblemList, problemList } from "../core/problem-list.ts";
import { digestLog } from "./digest-log.ts";
import type { Example } from "./example.ts";
import { placeBook } from "./seen.ts";
import { type SplitName, splitNames } from "./split.ts";

/** An example that is kept, with what it is compared by. */
export interface PlacedExample {
  readonly example: Example;
  readonly split: SplitName;
  /** sha256 of its line. */
  readonly digest: Digest;
  /** sha256 of its prompt, of `ExampleText`. */
  readonly prompt: Digest;
}

export interface TwinFinder {
  look(placed: PlacedExample): void;
  /** All that was found: examples like those of other rows, and held-out ones that training has seen. */
  end(): { readonly twins: ProblemList; readonly leaks: ProblemList };
}

/**
 * Finds examples that say the same as one of another row (a warning), and held-out ones that training has seen: the
 * whole example (an error) or its prompt (a warning).
 */
export function twinFinder(locate: (file: string, line: number) => Location): TwinFinder {
  const logs = { example: digestLog(), prompt: digestLog() };
  const places = placeBook();
  const split = (packed: number): SplitName => splitNames[packed % splitNames.length] as SplitName;
  const place = (packed: number): number => Math.floor(packed / splitNames.length);
  /** Validation and test may overlap; what counts is whether training has seen what is asked later. */
  const isLeak = (now: number, before: number): boolean =>
    split(before) !== split(now) && (split(before) === "training" || split(now) === "training");
  const where = (packed: number): Location => {
    const { file, line } = places.at(place(packed));
    return locate(file, line);
  };
  const end = (): ReturnType<TwinFinder["end"]> => {
    const twins = problemList();
    const leaks = problemList();
    const leaked = new Set<number>();
    logs.example.repeated((now, before) => {
      const location = where(now);
      const first = formatLocation(where(before));
      if (place(before) !== place(now)) {
        const message = `The example says the same as that of ${first}.`;
        const hint = "Duplicates weigh double in training: remove one, or let the templates tell them apart.";
        twins.add(problem("warning", "EXAMPLE_DUPLICATE", message, { location, hint }), "duplicate");
      }
      if (isLeak(now, before)) {
        leaked.add(now);
        const message = `The example stands in training and in a held-out split: it says the same as that of ${first}.`;
        const hint = "Remove one of them, or name the column they share in dataset.split.group_by.";
        leaks.add(problem("error", "SPLIT_LEAKAGE", message, { hint, location }), "example");
      }
    });
    logs.prompt.repeated((now, before) => {
      if (leaked.has(now) || !isLeak(now, before)) return;
      const message = `The prompt stands in training and in a held-out split, with another answer: it is that of ${formatLocation(where(before))}.`;
      const hint = "If the model should not have seen it, name the column they share in dataset.split.group_by.";
      leaks.add(problem("warning", "SPLIT_LEAKAGE", message, { hint, location: where(now) }), "prompt");
    });
    return { twins, leaks };
  };
  return {
    look({ example: { file, line }, split, digest, prompt }) {
      const packed = places.add(file, line) * splitNames.length + splitNames.indexOf(split);
      logs.example.add(digest, packed);
      logs.prompt.add(prompt, packed);
    },
    end,
  };
}

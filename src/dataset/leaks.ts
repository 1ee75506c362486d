import { problem } from "../core/errors.ts";
import { type Digest, digestOf } from "../core/hash.ts";
import { formatLocation, type Location } from "../core/location.ts";
import type { ProblemList } from "../core/problem-list.ts";
import type { Example } from "./example.ts";
import { placeBook, seenTable } from "./seen.ts";
import type { SplitName } from "./split.ts";

/** An example that is kept, with what it is compared by. */
export interface PlacedExample {
  readonly example: Example;
  readonly split: SplitName;
  /** sha256 of its line. */
  readonly digest: Digest;
  /** Of `ExampleText`. */
  readonly prompt: string;
}

export interface TwinFinder {
  look(placed: PlacedExample): void;
}

/**
 * Finds examples that say the same as one of another row (a warning), and held-out ones that training has seen: the
 * whole example (an error) or its prompt (a warning).
 * @param twins Gets the first. @param leaks Gets the others.
 */
export function twinFinder(
  locate: (file: string, line: number) => Location,
  { twins, leaks }: { readonly twins: ProblemList; readonly leaks: ProblemList },
): TwinFinder {
  const seen = { example: seenTable(), prompt: seenTable() };
  const names: readonly SplitName[] = ["training", "validation", "test"];
  const places = placeBook();
  const look = (table: "example" | "prompt", digest: Digest, place: number, split: SplitName) => {
    const packed = seen[table].rememberDigest(digest, place * names.length + names.indexOf(split));
    if (packed === undefined) return undefined;
    const first = Math.floor(packed / names.length);
    const before = names[packed % names.length] as SplitName;
    // Validation and test may overlap; what counts is whether training has seen what is asked later.
    const isLeak = before !== split && (before === "training" || split === "training");
    return { isLeak, isOther: first !== place, first };
  };
  const show = (place: number): string => {
    const { file, line } = places.at(place);
    return formatLocation(locate(file, line));
  };
  return {
    look({ example: { file, line }, split, digest, prompt }) {
      const place = places.add(file, line);
      const whole = look("example", digest, place, split);
      const asked = look("prompt", digestOf(prompt), place, split);
      if (whole?.isOther === true) {
        const message = `The example says the same as that of ${show(whole.first)}.`;
        const hint = "Duplicates weigh double in training: remove one, or let the templates tell them apart.";
        twins.add(
          problem("warning", "EXAMPLE_DUPLICATE", message, { location: locate(file, line), hint }),
          "duplicate",
        );
      }
      if (whole?.isLeak === true) {
        const message = `The example stands in training and in a held-out split: it says the same as that of ${show(whole.first)}.`;
        const hint = "Remove one of them, or name the column they share in dataset.split.group_by.";
        leaks.add(problem("error", "SPLIT_LEAKAGE", message, { hint, location: locate(file, line) }), "example");
      } else if (asked?.isLeak === true) {
        const message = `The prompt stands in training and in a held-out split, with another answer: it is that of ${show(asked.first)}.`;
        const hint = "If the model should not have seen it, name the column they share in dataset.split.group_by.";
        leaks.add(problem("warning", "SPLIT_LEAKAGE", message, { hint, location: locate(file, line) }), "prompt");
      }
    },
  };
}

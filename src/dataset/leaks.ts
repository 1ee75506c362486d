import { problem } from "../core/errors.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { problemList } from "../core/problem-list.ts";
import { type Example, promptAndAnswer } from "./example.ts";
import { placeBook, seenTable } from "./seen.ts";
import type { SplitName } from "./split.ts";

/** Finds held-out examples that training has seen: the whole example (an error) or its prompt (a warning). */
export function leakFinder(locate: (file: string, line: number) => Location) {
  const tables = { example: seenTable(), prompt: seenTable() };
  const names: readonly SplitName[] = ["training", "validation", "test"];
  const places = placeBook();
  const problems = problemList();
  const look = (table: "example" | "prompt", text: string, place: number, name: SplitName): Location | undefined => {
    const packed = tables[table].remember(text, place * names.length + names.indexOf(name));
    if (packed === undefined) return undefined;
    const before = names[packed % names.length] as SplitName;
    // Validation and test may overlap; what counts is whether training has seen what is asked later.
    if (before === name || (before !== "training" && name !== "training")) return undefined;
    const first = places.at(Math.floor(packed / names.length));
    return locate(first.file, first.line);
  };
  return {
    all: problems.all,
    look: (example: Example, name: SplitName): void => {
      const place = places.add(example.file, example.line);
      const location = locate(example.file, example.line);
      const whole = look("example", JSON.stringify(example.messages), place, name);
      const prompt = look("prompt", JSON.stringify(promptAndAnswer(example.messages).prompt), place, name);
      if (whole !== undefined) {
        const message = `The example stands in training and in a held-out split: it says the same as that of ${formatLocation(whole)}.`;
        const hint = "Remove one of them, or name the column they share in dataset.split.group_by.";
        problems.add(problem("error", "SPLIT_LEAKAGE", message, { hint, location }), "example");
      } else if (prompt !== undefined) {
        const message = `The prompt stands in training and in a held-out split, with another answer: it is that of ${formatLocation(prompt)}.`;
        const hint = "If the model should not have seen it, name the column they share in dataset.split.group_by.";
        problems.add(problem("warning", "SPLIT_LEAKAGE", message, { hint, location }), "prompt");
      }
    },
  };
}

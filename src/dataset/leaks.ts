import { problem } from "../core/errors.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { problemList } from "../core/problem-list.ts";
import { type Example, promptAndAnswer } from "./example.ts";
import { packPlace, seenTable, unpackPlace } from "./seen.ts";
import type { SplitName } from "./split.ts";

/** Finds held-out examples that training has seen: the whole example (an error) or its prompt (a warning). */
export function leakFinder(locate: (file: string, line: number) => Location) {
  const tables = { example: seenTable(), prompt: seenTable() };
  const names: readonly SplitName[] = ["training", "validation", "test"];
  const files: string[] = [];
  const problems = problemList();
  /** File and split share the two low bits and the line: at most 3 files and 3 splits. */
  const pack = (file: string, line: number, name: SplitName): number =>
    packPlace(files.indexOf(file), Math.min(line, 2 ** 27)) * 3 + names.indexOf(name);
  const look = (
    table: "example" | "prompt",
    text: string,
    { file, line }: Example,
    name: SplitName,
  ): Location | undefined => {
    const packed = tables[table].remember(text, pack(file, line, name));
    if (packed === undefined) return undefined;
    const before = names[packed % 3] as SplitName; // pack keeps the remainder under 3
    // Validation and test may overlap; what counts is whether training has seen what is asked later.
    if (before === name || (before !== "training" && name !== "training")) return undefined;
    const { fileIndex, line: first } = unpackPlace(Math.floor(packed / 3));
    return locate(files[fileIndex] ?? file, first);
  };
  return {
    all: problems.all,
    look: (example: Example, name: SplitName): void => {
      if (!files.includes(example.file)) files.push(example.file);
      const location = locate(example.file, example.line);
      const whole = look("example", JSON.stringify(example.messages), example, name);
      const prompt = look("prompt", JSON.stringify(promptAndAnswer(example.messages).prompt), example, name);
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

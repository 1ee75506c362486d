import { lastUserText } from "../core/chat.ts";
import type { FileSystem } from "../core/ports.ts";
import { inOrder, type SubjectName } from "../evaluation/evaluate.ts";
import type { CaseEntry, EvaluationFile } from "../stages/evaluation-file.ts";

/** One question with the answers of all models, for the screen. */
export interface Sample {
  readonly prompt: string;
  readonly answers: readonly { readonly subject: SubjectName; readonly text: string }[];
}

/** Samples of an evaluation: one that the tuned model passes, and one that it fails, so that nobody is flattered. */
export async function readSamples(path: string, files: FileSystem): Promise<readonly Sample[]> {
  const { cases } = JSON.parse(await files.readText(path)) as EvaluationFile;
  const passing = cases.find(({ results }) => results.tuned?.pass === true);
  const failing = cases.find(({ results }) => results.tuned?.pass === false);
  return [passing, failing].flatMap((entry) => (entry === undefined ? [] : [sampleOf(entry)]));
}

function sampleOf({ messages, results }: CaseEntry): Sample {
  const subjects = inOrder(Object.keys(results));
  return {
    prompt: lastUserText(messages),
    answers: subjects.map((subject) => {
      const result = results[subject];
      return { subject, text: result?.answer ?? `(${result?.error?.message ?? "no answer"})` };
    }),
  };
}

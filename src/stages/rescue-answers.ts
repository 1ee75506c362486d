import { join } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import { openSealed, type RecordedAnswer, sealedLine } from "../core/baseline.ts";
import type { Sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";

/** Where the answers of a rescue are until all are there. @param asked Of the account and the model. */
export function workingFile({ stateDirectory, pipeline }: LoadedPipeline, name: string, asked: Sha256): string {
  return join(stateDirectory, "rescue", `${pipeline.name}.${name}.${asked.slice(0, 12)}.jsonl`);
}

/** The whole answers in a working file; a line that was cut by a kill counts as missing. */
export async function readAnswers(path: string, files: FileSystem): Promise<readonly RecordedAnswer[]> {
  if ((await files.stat(path)) === undefined) return [];
  const text = Buffer.from(await files.read(path)).toString("utf8");
  return text.split("\n").flatMap((line) => openSealed<RecordedAnswer>(line)?.value ?? []);
}

/** Adds answers, one after another; each is on the disk when its promise resolves. */
export function answerKeeper(path: string, files: FileSystem): (answer: RecordedAnswer) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (answer) => {
    // The line break comes first, so that a line that was cut spoils no other.
    last = last.then(() => files.appendDurable(path, `\n${sealedLine(answer).trimEnd()}`));
    return last;
  };
}

/**
 * Speed of the built-in engine, as ratios within one run: the sides of a comparison take turns, so that a slow or
 * busy machine slows both. Absolute figures stand beside them for orientation.
 *
 *   node bench/engine.ts                      all sections, some minutes
 *   node bench/engine.ts --only chats         this section; may be given several times
 *   node bench/engine.ts --quick              few rounds, to try the bench itself; misses no floor
 *
 * Ends with 1 if a floor is missed, with 2 if the bench itself is at fault. Peers that are not installed are skipped
 * with a notice.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { conclusion, exitWith } from "./conclusion.ts";
import { benchChats } from "./engine/chats.ts";
import { benchContexts } from "./engine/contexts.ts";
import { benchMainThread } from "./engine/main-thread.ts";
import { type BenchSettings, type Outcome, verdictOf } from "./engine/measurement.ts";
import { benchProducts } from "./engine/products.ts";
import { reportLines } from "./engine/report.ts";
import { benchReviewer } from "./engine/reviewer.ts";
import { benchThreads } from "./engine/threads.ts";
import { benchTraining } from "./engine/training.ts";

interface Section {
  readonly name: string;
  readonly title: string;
  readonly measure: (settings: BenchSettings) => Promise<Outcome>;
}

const sections: readonly Section[] = [
  { name: "products", title: "matrix products over OpenBLAS, 1 thread each", measure: benchProducts },
  { name: "training", title: "training, steps of 8 rows of 128 tokens, all scored", measure: benchTraining },
  { name: "threads", title: "training on more threads, the same steps", measure: benchThreads },
  { name: "contexts", title: "training with a longer context", measure: benchContexts },
  { name: "chats", title: "answering, temperature 0", measure: benchChats },
  { name: "main-thread", title: "other work while a model trains", measure: benchMainThread },
  { name: "reviewer", title: "the example reviewer", measure: benchReviewer },
];

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @throws Error for a flag or section that does not exist. */
function readOptions(): { readonly chosen: readonly Section[]; readonly quick: boolean } {
  const { values } = parseArgs({
    options: { only: { type: "string", multiple: true }, quick: { type: "boolean", default: false } },
  });
  const known = sections.map(({ name }) => name);
  const unknown = values.only?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}". Sections: ${known.join(", ")}.`);
  return { chosen: sections.filter(({ name }) => values.only?.includes(name) ?? true), quick: values.quick };
}

/** @returns The exit code. */
async function main(): Promise<number> {
  const { chosen, quick } = readOptions();
  const loadBefore = loadavg()[0] ?? Number.NaN;
  print(
    `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}, ` +
      `load before ${loadBefore.toFixed(2)}${loadBefore > 0.5 ? ": this machine is not quiet" : ""}`,
  );
  const missed: string[] = [];
  for (const { title, measure } of chosen) {
    print(`\n${title}`);
    const outcome = await measure({ quick, loadBefore });
    if ("skipped" in outcome) {
      print(`  skipped: ${outcome.skipped}`);
      continue;
    }
    for (const line of reportLines(outcome.measurements)) print(line);
    missed.push(...outcome.measurements.filter((measured) => verdictOf(measured) === "MISSED").map(({ name }) => name));
  }
  const { line, exitCode } = conclusion(missed, quick ? "rounds" : undefined);
  print(`\n${line}`);
  return exitCode;
}

await exitWith(main);

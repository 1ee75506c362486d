import { join } from "node:path";
import { FtpipeError, type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { lineWriter, readJsonLines } from "../core/json-lines.ts";
import type { AtomicWriter, FileSystem } from "../core/ports.ts";
import type { TrainingLine } from "../dataset/example.ts";
import { configYaml } from "./config-yaml.ts";
import { type ExportedFile, readme } from "./readme.ts";
import { type Recipe, type RecipeInputs, recipeOf } from "./recipe.ts";
import type { Style, Trainer } from "./trainer.ts";

export interface ExportOrder {
  readonly trainer: Trainer;
  readonly inputs: RecipeInputs;
  /** Paths of the files that `build` writes; no validation rows: undefined. */
  readonly data: { readonly training: string; readonly validation: string | undefined };
  readonly notes: readonly string[];
  /** The folder that it goes to. */
  readonly directory: string;
  readonly files: FileSystem;
  readonly signal: AbortSignal;
}

export interface Exported {
  readonly recipe: Recipe;
  readonly files: readonly ExportedFile[];
}

const marker = "export.json";

const dataFiles = { training: "data/train.jsonl", validation: "data/validation.jsonl" } as const;

/** Places that are told of one fault. */
const mostPlaces = 20;

/**
 * Writes rows, config and README. Each file appears whole; until all are there, `export.json` says that they are not.
 * What else lies in the folder, such as trained weights, stays.
 * @throws FtpipeError INIT_EXISTS for a folder with files of the same names that no export wrote; EXAMPLE_INVALID with
 * the lines that the trainer can't take.
 */
export async function writeExport(order: ExportOrder): Promise<Exported> {
  const { trainer, inputs, data, notes, directory, files, signal } = order;
  await refuseForeign(order);
  const open: AtomicWriter[] = [];
  try {
    const problems: Problem[] = [];
    const write = async (name: "training" | "validation", from: string) => {
      const writer = await files.createWriter(join(directory, dataFiles[name]));
      open.push(writer);
      const made = await writeRows(from, writer, { trainer, style: inputs.style, files, signal });
      problems.push(...made.problems);
      return { rows: made.rows, writer };
    };
    const training = await write("training", data.training);
    const validation = data.validation === undefined ? undefined : await write("validation", data.validation);
    throwIfErrors(problems);
    const about = { pipeline: inputs.pipeline, trainer: trainer.name, base: inputs.base };
    const mark = (state: object) =>
      files.writeAtomic(join(directory, marker), `${JSON.stringify({ ...about, ...state }, null, 2)}\n`);
    await mark({ unfinished: true });
    if (validation === undefined) await files.remove(join(directory, dataFiles.validation));
    const written: ExportedFile[] = [{ path: dataFiles.training, ...(await training.writer.commit()) }];
    if (validation !== undefined) written.push({ path: dataFiles.validation, ...(await validation.writer.commit()) });
    const rows = { training: training.rows, validation: validation?.rows ?? 0 };
    const recipe = recipeOf(inputs, rows, (written[0] as ExportedFile).sha256.slice(0, 12));
    const heading = `${inputs.pipeline}: ${trainer.command(inputs.method)}`;
    const texts = [
      [trainer.configFile, configYaml(heading, trainer.config(recipe))],
      ["README.md", readme(trainer, recipe, { notes, files: written })],
    ] as const;
    for (const [path, text] of texts) written.push(await writeText(join(directory, path), path, text, files));
    await mark({ rows, files: written });
    return { recipe, files: written };
  } finally {
    for (const writer of open) await writer.discard().catch(() => {});
  }
}

async function writeText(path: string, name: string, text: string, files: FileSystem): Promise<ExportedFile> {
  const writer = await files.createWriter(path);
  await writer.write(text);
  return { path: name, ...(await writer.commit()) };
}

/** @throws FtpipeError INIT_EXISTS */
async function refuseForeign({ trainer, directory, files }: ExportOrder): Promise<void> {
  if ((await files.stat(join(directory, marker))) !== undefined) return;
  const there: string[] = [];
  for (const name of [trainer.configFile, "README.md", ...Object.values(dataFiles)]) {
    if ((await files.stat(join(directory, name))) !== undefined) there.push(name);
  }
  if (there.length === 0) return;
  throw new FtpipeError("INIT_EXISTS", `${directory} holds ${there.join(", ")} already, which no export wrote.`, {
    hint: "Name another folder: --out",
  });
}

interface Rows {
  readonly rows: number;
  readonly problems: readonly Problem[];
}

/** One line at a time: a million rows need no more memory than one. */
async function writeRows(
  from: string,
  writer: AtomicWriter,
  { trainer, style, files, signal }: Pick<ExportOrder, "trainer" | "files" | "signal"> & { readonly style: Style },
): Promise<Rows> {
  const lines = lineWriter((piece) => writer.write(piece));
  const faults = new Map<string, { readonly hint: string | undefined; readonly lines: number[]; count: number }>();
  let rows = 0;
  let number = 0;
  for await (const line of readJsonLines<TrainingLine>(files, from)) {
    number++;
    if (number % 1000 === 0) signal.throwIfAborted();
    const made = trainer.rows(line, style);
    if ("fault" in made) {
      const known = faults.get(made.fault) ?? { hint: made.hint, lines: [], count: 0 };
      known.count++;
      if (known.lines.length < mostPlaces) known.lines.push(number);
      faults.set(made.fault, known);
      continue;
    }
    for (const row of made.rows) {
      rows++;
      await lines.add(JSON.stringify(row));
    }
  }
  await lines.end();
  const file = from.slice(from.lastIndexOf("/") + 1);
  return { rows, problems: [...faults].map(([fault, known]) => faultProblem(fault, known, file)) };
}

function faultProblem(
  fault: string,
  {
    hint,
    lines,
    count,
  }: { readonly hint: string | undefined; readonly lines: readonly number[]; readonly count: number },
  file: string,
): Problem {
  const [first = 1, ...others] = lines;
  const told = problem("error", "EXAMPLE_INVALID", fault, { hint, location: { file, line: first } });
  const unlisted = count - lines.length;
  return {
    ...told,
    ...(others.length === 0 ? {} : { alsoAt: others.map((line) => ({ file, line })) }),
    ...(unlisted === 0 ? {} : { unlisted }),
  };
}

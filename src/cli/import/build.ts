import { dirname, join, relative, sep } from "node:path";
import { openSession, type Session } from "../../compose.ts";
import { FtpipeError, type Problem } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import type { FileSystem } from "../../core/ports.ts";
import { readExamples } from "../../import/examples.ts";
import { type ImportInputs, planImport } from "../../import/plan.ts";
import { type PlainMessage, type Proposal, plainMessages, proposeTemplates } from "../../import/proposal.ts";
import { readCatalogue } from "../../providers/catalogue.ts";
import type { LockedStage } from "../../run/lock.ts";
import { recordedOutput, recordOf } from "../../run/record.ts";
import type { Artifact, StageOutput } from "../../run/stage.ts";
import type { Row } from "../../sources/source.ts";
import { stages } from "../../stages/index.ts";
import { localRequest } from "../../stages/local-request.ts";
import { runPipeline } from "../../stages/run-pipeline.ts";
import type { CommandContext } from "../commands.ts";
import type { ImportResult, TemplateResult } from "./result.ts";

/** Data of an import, with the paths that it lies at. */
export interface ImportData {
  /** Absolute. */
  readonly training: string;
  readonly validation: string | undefined;
}

export type BuildRequest = Omit<ImportInputs, "training" | "validation" | "rows" | "proposal" | "suggestions"> &
  ImportData;

export interface BuiltImport {
  /** Absolute path of the pipeline file. */
  readonly file: string;
  readonly files: ImportResult["files"];
  readonly template: TemplateResult;
  /** Of the local stages; none where the data does not pass the checks. */
  readonly stages: Readonly<Record<string, LockedStage>>;
  readonly problems: readonly Problem[];
  /** Of the examples that were built. */
  readonly manifest: Artifact | undefined;
  /** Of the pipeline that was written, where it can be opened; to be closed. */
  readonly session: Session | undefined;
}

/** Larger files are not looked at, and stay as they are. */
const largest = 256 * 2 ** 20;

/**
 * Writes the pipeline of the data. A template is proposed only where the pipeline, rebuilt, gives the same messages in
 * the same order; else the lines stay as they are.
 * @throws FtpipeError of the data's lines: SOURCE_INVALID and its like.
 */
export async function buildImport(context: CommandContext, request: BuildRequest): Promise<BuiltImport> {
  const { training, validation } = await readData(context, request);
  const proposal = proposalOf(request, training, validation);
  const first = await write(context, request, { rows: training ?? [], proposal });
  const built = await rebuild(context, first.file);
  if (!("templates" in proposal) || training === undefined) {
    return { ...built, ...first, template: unproposed(proposal) };
  }
  const same = await compare(built, { training, validation: validation ?? [], request }, context.ports.files);
  if (same !== undefined) {
    const template = { proposed: true, lines: training.length, columns: proposal.templates.columns, same } as const;
    return { ...built, ...first, template };
  }
  await built.session?.close();
  const because =
    built.problems.length > 0
      ? "the data does not pass the checks, so that no template could be proved"
      : "rebuilt from a template, they were not the same";
  for (const { path } of first.written) await context.ports.files.remove(path);
  const second = await write(context, request, { rows: training, proposal: { because } });
  return { ...(await rebuild(context, second.file)), ...second, template: unproposed({ because }) };
}

async function readData(context: CommandContext, { training, validation }: BuildRequest) {
  const { files } = context.ports;
  const isLarge = async (path: string) => ((await files.stat(path))?.bytes ?? 0) > largest;
  const rows = async (path: string) =>
    (await isLarge(path))
      ? undefined
      : readExamples({ path, displayPath: displayPath(context.workingDirectory, path) }, files);
  return { training: await rows(training), validation: validation === undefined ? [] : await rows(validation) };
}

function proposalOf(
  { recipe }: BuildRequest,
  training: readonly Row[] | undefined,
  validation: readonly Row[] | undefined,
): Proposal {
  if (training === undefined || validation === undefined)
    return { because: "the file is too large to be looked through" };
  if (recipe.method !== "supervised")
    return { because: `templates are looked for in chats, not in data for ${recipe.method}` };
  return proposeTemplates(training, validation);
}

function unproposed(proposal: Proposal): TemplateResult {
  const { because, nearly } = proposal as Exclude<Proposal, { templates: unknown }>;
  return { proposed: false, because, ...nearly };
}

async function write(
  { ports: { files }, workingDirectory }: CommandContext,
  request: BuildRequest,
  { rows, proposal }: Pick<ImportInputs, "rows" | "proposal">,
) {
  const folder = join(workingDirectory, "pipelines");
  const path = (file: string) => relative(folder, file).split(sep).join("/");
  const { training, validation } = request;
  const { suggestions } = await readCatalogue(files);
  const planned = planImport({
    ...request,
    suggestions,
    training: path(training),
    validation: validation === undefined ? undefined : path(validation),
    rows,
    proposal,
  });
  const written = planned.map(({ path: inner, text, what }) => ({ path: join(folder, inner), text, what }));
  for (const { path: file, text } of written) await files.writeAtomic(file, text);
  return {
    file: join(folder, `${request.name}.yaml`),
    written,
    files: written.map(({ path: file, what }) => ({ path: displayPath(workingDirectory, file), what })),
  };
}

type Rebuilt = Pick<BuiltImport, "stages" | "problems" | "manifest" | "session"> & {
  readonly outputs: ReadonlyMap<string, StageOutput> | undefined;
};

/** Runs the local stages of the pipeline that was written. What is wrong with it or its data is told, not thrown. */
async function rebuild({ ports, workingDirectory, signal }: CommandContext, file: string): Promise<Rebuilt> {
  let session: Session | undefined;
  try {
    session = await openSession({ ports, workingDirectory, file, target: undefined, overrides: [], trains: false });
    const { world } = session;
    const { outputs } = await runPipeline(localRequest(session, { until: "split", signal }));
    const done = stages.filter(({ name }) => outputs.has(name));
    const entries = await Promise.all(
      done.map(async (stage) => {
        const output = outputs.get(stage.name) as StageOutput;
        return [stage.name, { record: await recordOf(stage, world, outputs), output: recordedOutput(output) }] as const;
      }),
    );
    const manifest = outputs.get("split")?.files["manifest"];
    return { stages: Object.fromEntries(entries), problems: [], manifest, session, outputs };
  } catch (error) {
    if (!(error instanceof FtpipeError) || signal.aborted) throw error;
    return { stages: {}, problems: error.problems, manifest: undefined, session, outputs: undefined };
  }
}

/** @returns Undefined unless every message of the job's files is in the built ones, in their order. */
async function compare(
  { outputs }: Rebuilt,
  { training, validation, request }: { training: readonly Row[]; validation: readonly Row[]; request: BuildRequest },
  files: FileSystem,
): Promise<"bytes" | "messages" | undefined> {
  const split = outputs?.get("split");
  if (split === undefined) return undefined;
  const pairs = [
    { built: split.files["train"]?.path, rows: training, given: request.training },
    { built: split.files["validation"]?.path, rows: validation, given: request.validation },
  ];
  let isSame = true;
  for (const { built, rows, given } of pairs) {
    if (given === undefined) continue;
    if (built === undefined) return undefined;
    const bytes = Buffer.from(await files.read(built));
    const expected = rows.map((row) => `${JSON.stringify({ messages: ordered(row) })}\n`).join("");
    if (!bytes.equals(Buffer.from(expected))) return undefined;
    isSame &&= bytes.equals(Buffer.from(await files.read(given)));
  }
  return isSame ? "bytes" : "messages";
}

/** Messages with their keys in the order that ftpipe writes. */
function ordered(row: Row): readonly PlainMessage[] {
  const messages = plainMessages(row);
  return "holds" in messages ? [] : messages.map(({ role, content }) => ({ role, content }));
}

/** The lock beside a pipeline. */
export function lockFileOf(pipeline: string): string {
  return join(
    dirname(pipeline),
    `${pipeline
      .split(sep)
      .at(-1)
      ?.replace(/\.ya?ml$/, "")}.lock.yaml`,
  );
}

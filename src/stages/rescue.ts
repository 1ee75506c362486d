import { join } from "node:path";
import type { RecordedAnswer } from "../core/baseline.ts";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256, sha256 } from "../core/hash.ts";
import { readJsonLines } from "../core/json-lines.ts";
import { type FoundPrice, findPrice, type OwnPrice } from "../dataset/prices.ts";
import { encodingOf, exampleTokenCounter, loadTokenCounter } from "../dataset/tokens.ts";
import type { EvalCase, HeldOutRecord } from "../evaluation/cases.ts";
import { isRecorded } from "../evaluation/evaluate.ts";
import { findShutdown } from "../providers/shutdowns.ts";
import type { OutputsOf } from "../run/stage.ts";
import { type BaselineRecording, baselinePath, findRecording, questionKey, recordingOf } from "./baselines.ts";
import { withImages } from "./cases.ts";
import { casesFor } from "./evaluate.ts";
import { readAnswers, workingFile } from "./rescue-answers.ts";
import { samplingOf } from "./sampling.ts";
import type { split } from "./split.ts";
import { accountOf } from "./upload.ts";
import type { World } from "./world.ts";

/** What a dying model is asked: a case of the evaluation, or a held-out prompt beside them. */
export interface RescueQuestion extends EvalCase {
  /** Also its id: rows may share theirs. */
  readonly key: Sha256;
  readonly askedAs: RecordedAnswer["asked_as"];
}

/** What saving a model's answers takes. */
export interface RescuePlan {
  readonly model: string;
  readonly name: string;
  /** Of the baseline, as messages show it. */
  readonly displayPath: string;
  readonly path: string;
  /** Where answers are kept until all are there. */
  readonly working: string;
  readonly questions: readonly RescueQuestion[];
  /** The answers that are there already, of the working file and of an earlier rescue. */
  readonly known: ReadonlyMap<Sha256, RecordedAnswer>;
  readonly before: BaselineRecording | undefined;
  readonly open: readonly RescueQuestion[];
  /** Rows of the test and validation split. */
  readonly heldOut: number;
  readonly cost: RescueCost;
  /** As the list that comes with ftpipe has it, unless the API told an earlier day. */
  readonly shutdown: string | null;
}

/** Of the questions that are still to be asked. */
export interface RescueCost {
  readonly tokens: { readonly input: number; readonly output_at_most: number };
  /** US dollars, at most; 0 if it is free, null if no price is known. */
  readonly usd: number | null;
  /** Where the price is from, and of which day. */
  readonly price: string;
}

export interface RescueOptions {
  readonly model: string;
  /** Of the baseline; default: that of an earlier rescue of the model, else made from the model's. */
  readonly name: string | undefined;
  /** Held-out prompts that are asked beside the cases, at most. */
  readonly prompts: number;
}

type Split = OutputsOf<{ split: typeof split }>["split"];

/** The world in which a model is only asked: nothing is trained, and recordings need not be there yet. */
export function askingWorld(world: World, model: string): World {
  const { evaluation } = world.pipeline;
  const compare = evaluation.compare.filter((name) => !isRecorded(name));
  return { ...world, modelOverride: model, pipeline: { ...world.pipeline, evaluation: { ...evaluation, compare } } };
}

/**
 * Lays out what is to be asked. Nobody is called.
 * @throws FtpipeError USAGE for a name that can't be used, or is another model's, and for a model of elsewhere; BASELINE_DAMAGED; those of the cases.
 */
export async function planRescue(world: World, data: Split, options: RescueOptions): Promise<RescuePlan> {
  const { loaded, ports, target } = world;
  const { model } = options;
  // The name of a tuned model begins with its base, and the engine built in has bases of its own.
  if (target.provider.name === "local" && /^ft:(?!ftpipe-)/.test(model)) {
    throw new FtpipeError("USAGE", `${model} is no model of the engine built in: target ${target.name} can't ask it.`, {
      hint: "Name a target of the account that trained it, of this pipeline or of another: --target NAME",
    });
  }
  const before = await earlierRescue(world, options);
  const name = options.name ?? before?.baseline.header.name ?? nameFor(model);
  const held: HeldOutRecord[] = [];
  for await (const record of readJsonLines<HeldOutRecord>(ports.files, data.files.heldOut.path)) held.push(record);
  const questions = await questionsOf(world, { cases: await casesFor(world, data), held, prompts: options.prompts });
  const working = workingFile(loaded, name, hashJson({ account: accountOf(world), model }));
  const answers = [...(before?.baseline.answers ?? []), ...(await readAnswers(working, ports.files))];
  const known = new Map(answers.map((answer) => [answer.key, answer]));
  const open = questions.filter(({ key }) => !known.has(key));
  const listed = await findShutdown(target.provider.name, model, ports.files);
  return {
    model,
    name,
    path: join(loaded.directory, baselinePath(name)),
    displayPath: before?.displayPath ?? shownPath(world, name),
    working,
    questions,
    known,
    before,
    open,
    heldOut: held.length,
    cost: await costOf(world, model, open),
    shutdown: listed?.on ?? null,
  };
}

/** Beside the pipeline as it is shown. */
function shownPath({ loaded }: World, name: string): string {
  const folder = loaded.displayFile.split("/").slice(0, -1);
  return [...folder, baselinePath(name)].join("/");
}

/** @throws FtpipeError USAGE */
async function earlierRescue(world: World, { name, model }: RescueOptions): Promise<BaselineRecording | undefined> {
  if (name === undefined) return recordingOf(world, model);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new FtpipeError("USAGE", `"${name}" can't be the name of a baseline.`, {
      hint: "Letters, digits, dots, dashes and underscores: --name old",
    });
  }
  const found = await findRecording(world, name, "/evaluation");
  if (found === undefined || found.baseline.header.model === model) return found;
  throw new FtpipeError("USAGE", `${found.displayPath} holds the answers of ${found.baseline.header.model}.`, {
    hint: `Give the answers of ${model} a name of their own: --name`,
  });
}

/** `ft:gpt-4.1-mini:acme:tone:Bx12` → `ft-gpt-4.1-mini-acme-tone-Bx12` */
function nameFor(model: string): string {
  const name = model.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return name === "" ? sha256(model).slice(0, 12) : name;
}

interface Askable {
  readonly cases: readonly EvalCase[];
  readonly held: readonly HeldOutRecord[];
  readonly prompts: number;
}

/** The cases, then held-out prompts that are not among them: of the test split first. Each is asked once. */
async function questionsOf(world: World, { cases, held, prompts }: Askable): Promise<readonly RescueQuestion[]> {
  const { loaded, ports } = world;
  const sampling = await samplingOf({ loaded, files: ports.files });
  const questions = new Map<Sha256, RescueQuestion>();
  const add = (evalCase: EvalCase, askedAs: RescueQuestion["askedAs"]) => {
    const key = questionKey(evalCase, sampling);
    if (!questions.has(key)) questions.set(key, { ...evalCase, id: key, assertions: [], key, askedAs });
  };
  for (const evalCase of cases) add(evalCase, "case");
  const inOrder = held.toSorted((a, b) => Number(a.split === "validation") - Number(b.split === "validation"));
  const drafts = inOrder.map(promptOf);
  const most = questions.size + prompts;
  for (const prompt of await withImages(drafts, { loaded, files: ports.files })) {
    if (questions.size >= most) break;
    add(prompt, "prompt");
  }
  return [...questions.values()];
}

function promptOf(record: HeldOutRecord): EvalCase {
  const { key, messages, tools, parallel_tool_calls, functions, file, line } = record;
  return {
    id: `prompt:${key}`,
    messages,
    tools: { tools, parallel_tool_calls, functions },
    variables: {},
    assertions: [],
    location: { file, line },
  };
}

async function costOf(world: World, model: string, open: readonly RescueQuestion[]): Promise<RescueCost> {
  const countExample = exampleTokenCounter(await loadTokenCounter(encodingOf(model).name));
  const input = open.reduce(
    (sum, question) => sum + countExample({ ...question.tools, messages: question.messages }).tokens,
    0,
  );
  const output = open.length * world.pipeline.evaluation.defaults.max_tokens;
  const tokens = { input, output_at_most: output };
  if (!world.target.capabilities.paid) return { tokens, usd: 0, price: "free" };
  const found = await chatPrice(world, model);
  if (found === undefined) return { tokens, usd: null, price: "price unknown" };
  const usd = Math.round((found.input * input + found.output * output) / 100) / 10_000;
  return { tokens, usd, price: `price of ${found.date}: ${found.source}` };
}

/** What the provider asks for chats with a model: that of its base, whose name a tuned model's has in it. */
async function chatPrice({ target, ports }: World, model: string): Promise<FoundPrice | undefined> {
  const own = target.settings["price"] as OwnPrice | undefined;
  if (own !== undefined) return { ...own, date: "the pipeline", source: `targets.${target.name}.price` };
  const base = /^ft:([^:]+)/.exec(model)?.[1] ?? model;
  return findPrice(target.provider.name, base, ports.files);
}

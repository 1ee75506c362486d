import { type BaselineHeader, formatBaseline, type RecordedAnswer } from "../core/baseline.ts";
import type { SamplingSettings, Usage } from "../core/chat.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import { plural } from "../core/units.ts";
import { toolSettingsOf } from "../dataset/example.ts";
import { type EvalResult, type EvaluateProgress, evaluate, type Reply, type Subject } from "../evaluation/evaluate.ts";
import { earlierDay } from "../providers/shutdowns.ts";
import { withoutData } from "./evaluation-file.ts";
import type { RescuePlan, RescueQuestion } from "./rescue.ts";
import { answerKeeper } from "./rescue-answers.ts";
import { samplingOf } from "./sampling.ts";
import type { World } from "./world.ts";

export interface Rescued {
  /** All that is in the baseline now. */
  readonly answers: number;
  /** Asked by this rescue. */
  readonly asked: number;
  /** Questions without an answer: refused by the provider, or the model was gone before they were asked. */
  readonly missing: number;
  readonly problems: readonly Problem[];
  /** Whether the file is another than it was. */
  readonly written: boolean;
}

export interface RescueWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EvaluateProgress) => void;
}

/**
 * Asks what is still open and writes the baseline. Each answer is on the disk before the next question of its turn: a
 * rescue that is killed goes on where it was. A model that stops answering in between leaves what it said.
 * @throws FtpipeError MODEL_GONE if it answered nothing at all, or nothing beyond what was recorded before; those of a provider that can't be reached, after as much
 * as could be had.
 */
export async function rescueModel(world: World, plan: RescuePlan, watch: RescueWatch): Promise<Rescued> {
  const { files, clock } = world.ports;
  const sampling = await samplingOf({ loaded: world.loaded, files });
  const known = new Map(plan.known);
  const { results, gone } = await ask(world, plan, {
    ...watch,
    sampling,
    keep: (answer) => known.set(answer.key, answer),
  });
  const refused = results.flatMap(({ caseId, outcome }) => (outcome.kind === "error" ? [{ caseId, ...outcome }] : []));
  const passing = refused.find(({ code }) => code !== "PROVIDER_REJECTED");
  if (passing !== undefined) {
    const message = `${plan.model} has answered ${known.size} of ${plan.questions.length} questions. ${passing.message}`;
    throw new FtpipeError(passing.code, message, { hint: "Run the same command again: no question is asked twice." });
  }
  if (gone !== undefined && known.size === 0) throw nothingSaved(plan, gone);
  const missing = plan.questions.filter(({ key }) => !known.has(key));
  const answers = answersInOrder(plan, known, sampling);
  const written = plan.before === undefined || answers.length > plan.before.baseline.answers.length;
  if (written) {
    const metadata = gone === undefined ? await metadataOf(world, plan.model, watch.signal) : null;
    const header = headerOf(world, plan, { answers, sampling, metadata, refused: refused.length });
    await files.writeAtomic(plan.path, formatBaseline(header, answers));
  }
  await files.remove(plan.working);
  if (gone !== undefined && !written) throw nothingNew(plan, missing.length, gone);
  return {
    answers: answers.length,
    asked: plan.open.length - missing.length,
    missing: missing.length,
    problems: [
      ...(gone === undefined ? [] : [goneProblem(plan, missing.length, new Date(clock.now()))]),
      ...refused.map(({ code, message, caseId }) => refusedProblem(plan, { code, message, caseId })),
      ...cutProblems(world, plan, known, sampling),
    ],
    written,
  };
}

interface Asking extends RescueWatch {
  readonly sampling: SamplingSettings;
  /** Called when the answer is on the disk. */
  readonly keep: (answer: RecordedAnswer) => void;
}

interface Asked {
  readonly results: readonly EvalResult[];
  readonly gone: FtpipeError | undefined;
}

async function ask(world: World, { model, open, working, questions }: RescuePlan, asking: Asking): Promise<Asked> {
  if (open.length === 0) return { results: [], gone: undefined };
  const { files, clock } = world.ports;
  const { sampling, signal, keep, onProgress } = asking;
  const connection = await world.connection();
  const byId = new Map(open.map((question) => [question.id, question]));
  const keepAnswer = answerKeeper(working, files);
  const answerOf = async (id: string, messages: RescueQuestion["messages"], signal: AbortSignal): Promise<Reply> => {
    const question = byId.get(id) as RescueQuestion; // the questions come from there
    const tools = toolSettingsOf(question.tools ?? {});
    const { content, finishReason, usage } = await connection.complete({ model, messages, sampling, ...tools }, signal);
    const answer: RecordedAnswer = {
      key: question.key,
      asked_as: question.askedAs,
      messages: messages.map(withoutData),
      ...(Object.keys(tools).length === 0 ? {} : { tools }),
      // The evaluation may be another when the rescue goes on.
      sampling,
      answer: content,
      finish_reason: finishReason,
      usage: usage === undefined ? null : countsOf(usage),
      at: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    };
    await keepAnswer(answer);
    keep(answer);
    return { content, finishReason };
  };
  const before = questions.length - open.length;
  try {
    const subject: Subject = { name: "tuned", ask: ({ id, messages }, signal) => answerOf(id, messages, signal) };
    const results = await evaluate(open, [subject], {
      definitions: {},
      concurrency: world.target.capabilities.maxConcurrency,
      signal,
      onProgress: (progress) => onProgress({ ...progress, done: before + progress.done, total: questions.length }),
    });
    return { results, gone: undefined };
  } catch (error) {
    if (!(error instanceof FtpipeError) || error.code !== "MODEL_GONE") throw error;
    return { results: [], gone: error };
  }
}

const countsOf = ({ prompt_tokens, completion_tokens }: Usage): Usage => ({ prompt_tokens, completion_tokens });

/** In the order of the questions; then those to questions of earlier rescues, which nobody can ask again. */
function answersInOrder(
  { questions, before, known: earlier }: RescuePlan,
  known: ReadonlyMap<Sha256, RecordedAnswer>,
  sampling: SamplingSettings,
): readonly RecordedAnswer[] {
  const wanted = questions.flatMap(({ key, askedAs }): RecordedAnswer[] => {
    const answer = known.get(key);
    // A case of today may have been a held-out prompt before.
    return answer === undefined ? [] : [{ ...answer, asked_as: askedAs }];
  });
  const asked = new Set(wanted.map(({ key }) => key));
  const others = [...earlier.values()].filter(({ key }) => !asked.has(key));
  const header = before?.baseline.header;
  return [...wanted, ...others].map((answer) => withSampling(answer, header?.sampling, sampling));
}

/** An answer that was given with other settings than the header has from now on says so itself. */
function withSampling(
  { sampling: own, ...answer }: RecordedAnswer,
  before: SamplingSettings | undefined,
  now: SamplingSettings,
): RecordedAnswer {
  const given = own ?? before ?? now;
  return hashJson(given) === hashJson(now) ? answer : { ...answer, sampling: given };
}

interface HeaderInputs {
  readonly answers: readonly RecordedAnswer[];
  readonly sampling: SamplingSettings;
  readonly metadata: BaselineHeader["metadata"];
  readonly refused: number;
}

function headerOf(world: World, plan: RescuePlan, inputs: HeaderInputs): BaselineHeader {
  const { answers, sampling, metadata, refused } = inputs;
  const before = plan.before?.baseline.header;
  const sum = (key: keyof Usage) => answers.reduce((total, { usage }) => total + (usage?.[key] ?? 0), 0);
  const count = (kind: RecordedAnswer["asked_as"]) => answers.filter(({ asked_as }) => asked_as === kind).length;
  return {
    ftpipe_baseline: 1,
    name: plan.name,
    model: plan.model,
    provider: world.target.provider.name,
    metadata: metadata ?? before?.metadata ?? null,
    shutdown_date: earlierDay(metadata?.["shutdown_date"], plan.shutdown),
    pipeline: world.pipeline.name,
    recorded_at:
      answers
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? "",
    sampling,
    counts: { cases: count("case"), prompts: count("prompt"), refused },
    usage: { prompt_tokens: sum("prompt_tokens"), completion_tokens: sum("completion_tokens") },
  };
}

/** The model's entry as the API gives it; null where there is none, or the key may not read it. */
async function metadataOf(world: World, model: string, signal: AbortSignal): Promise<BaselineHeader["metadata"]> {
  try {
    return (await (await world.account())?.model(model, signal)) ?? null;
  } catch (error) {
    if (error instanceof FtpipeError && error.code === "PERMISSION_DENIED") return null;
    throw error;
  }
}

function nothingSaved({ model }: RescuePlan, cause: FtpipeError): FtpipeError {
  return new FtpipeError("MODEL_GONE", `${model} does not answer any more, and nothing of it was recorded.`, {
    hint: `${cause.message} Is it the account that it belongs to, and the model's whole name?`,
    cause,
  });
}

/** `1 question stays without an answer` */
const staying = (missing: number) =>
  `${plural(missing, "question")} ${missing === 1 ? "stays" : "stay"} without an answer`;

/** Answers that ended at max_tokens are no yardstick: with more room the questions are others, and are asked again. */
function cutProblems(
  { loaded }: World,
  { questions }: RescuePlan,
  known: ReadonlyMap<Sha256, RecordedAnswer>,
  { max_tokens: most }: SamplingSettings,
): readonly Problem[] {
  const answers = questions.flatMap(({ key }) => known.get(key) ?? []);
  const cut = answers.filter(({ finish_reason }) => finish_reason === "length").length;
  if (cut === 0) return [];
  const message = `${cut} of ${plural(answers.length, "answer")} ${cut === 1 ? "was" : "were"} cut at max_tokens ${most}: raise it in evaluation.defaults and record again, while the model answers`;
  return [problem("warning", "CASE_INVALID", message, { location: loaded.locate("/evaluation/defaults/max_tokens") })];
}

function nothingNew({ model, displayPath, before }: RescuePlan, missing: number, cause: FtpipeError): FtpipeError {
  const kept = plural(before?.baseline.answers.length ?? 0, "answer");
  const message = `${model} does not answer any more: ${staying(missing)}. What it said before is in ${displayPath} (${kept}).`;
  return new FtpipeError("MODEL_GONE", message, {
    hint: "Nothing was lost: what is recorded can still be compared with. Questions count as new where messages, tools, sampling or response format changed.",
    cause,
  });
}

function goneProblem({ model, displayPath }: RescuePlan, missing: number, now: Date): Problem {
  const message = `${model} stopped answering (${now.toISOString().slice(0, 10)}): ${staying(missing)}. What it said is in ${displayPath}.`;
  return problem("warning", "MODEL_GONE", message);
}

function refusedProblem(
  { open }: RescuePlan,
  { code, message, caseId }: Pick<Problem, "code" | "message"> & { readonly caseId: string },
): Problem {
  const location = open.find(({ id }) => id === caseId)?.location;
  return problem("warning", code, `Not recorded: ${message}`, { location });
}

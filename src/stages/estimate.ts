import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { readJsonLines } from "../core/json-lines.ts";
import type { FileSystem } from "../core/ports.ts";
import { dollars, plural, thousands } from "../core/units.ts";
import { contentOf, type ExampleContent, type TrainingLine, toolSettingsOf } from "../dataset/example.ts";
import { rowLocator } from "../dataset/files.ts";
import type { ManifestLine } from "../dataset/manifest.ts";
import { type FoundPrice, findPrice, type OwnPrice } from "../dataset/prices.ts";
import {
  automaticEpochs,
  type Encoding,
  encodingOf,
  exampleTokenCounter,
  loadTokenCounter,
} from "../dataset/tokens.ts";
import type { Artifact, OutputsOf } from "../run/stage.ts";
import { casesOf } from "./cases.ts";
import { dataTokens } from "./data-tokens.ts";
import { split } from "./split.ts";
import { askedBeside } from "./subjects.ts";
import { givenEpochs } from "./train.ts";
import { defineStage, type World } from "./world.ts";

/** How much there is to learn. */
export interface DataSize {
  /** Counted once; epochs are applied in the price. Validation tokens are not billed. */
  readonly tokens: { readonly training: number; readonly validation: number; readonly test: number };
  /** Of the training tokens those that are learnt; the rest is only read. Both are billed. */
  readonly trained: number;
  /** How they were counted; exact only for models whose own encoding this is. */
  readonly encoding: Encoding;
  /** Tokens of the longest training or validation example. */
  readonly longest: number;
  readonly epochs: number;
  /** Training and validation examples with tools, and with images; absent: none. Their tokens are approximate. */
  readonly tools?: number;
  readonly images?: number;
}

export interface EstimateValue extends DataSize {
  /** Whether the target costs money at all. */
  readonly paid: boolean;
  /** Questions of the evaluation, over all models that are asked; `usd` at most, null if it is free or no price is known. */
  readonly evaluation: {
    readonly questions: number;
    readonly tokens: { readonly input: number; readonly output_at_most: number };
    readonly usd: number | null;
  };
  /** Of the training. Null if it is free, or if no price is known. */
  readonly price: {
    readonly usd: number;
    readonly per_million: number;
    readonly date: string;
    readonly source: string;
  } | null;
}

/** Counts tokens and says what training will cost. */
export const estimate = defineStage({
  name: "estimate",
  version: 1,
  effect: "local",
  needs: { split },
  inputs: ({ split: { files } }) => ({
    manifest: files.manifest.sha256,
    train: files.train.sha256,
    validation: files.validation.sha256,
    test: files.test.sha256,
  }),
  settings: async (world, inputs) => ({
    encoding: encodingOf(world.target.settings.model).name,
    provider: world.target.provider.name,
    model: world.target.settings.model,
    paid: world.target.capabilities.paid,
    epochs: givenEpochs(world),
    limits: world.limits?.version,
    price: await priceOf(world),
    questions: hashJson(questionsRecord(await questionsOf(world, inputs.split))),
    max_tokens: world.pipeline.evaluation.defaults.max_tokens,
  }),
  run: async ({ world, inputs, warn, signal }) => {
    const cut = await lookAtLimits(world, inputs.split.files, signal);
    for (const found of cut) warn(found);
    const size = await measure(world, inputs.split, signal);
    const { tokens, epochs } = size;
    const found = await priceOf(world);
    const price =
      found === undefined
        ? null
        : {
            usd: cost(found.training, tokens.training * epochs),
            per_million: found.training,
            date: found.date,
            source: found.source,
          };
    const questions = await questionsOf(world, inputs.split);
    const countExample = exampleTokenCounter(await loadTokenCounter(size.encoding.name));
    const input = questions.reduce((sum, question) => sum + countExample(question).tokens, 0);
    const output = questions.length * world.pipeline.evaluation.defaults.max_tokens;
    const value: EstimateValue = {
      evaluation: {
        questions: questions.length,
        tokens: { input, output_at_most: output },
        usd: found === undefined ? null : cost(found.input, input) + cost(found.output, output),
      },
      ...size,
      paid: world.target.capabilities.paid,
      price,
    };
    return { value, files: {} };
  },
  describe: ({ tokens, encoding, epochs, paid, price, evaluation, tools, images }) => ({
    text: `${paid && !(encoding.exact && tools === undefined && images === undefined) ? "about " : ""}${thousands(tokens.training)} tokens × ${plural(epochs, "epoch")}`,
    note: !paid
      ? "free"
      : price === null
        ? "price unknown"
        : `about ${dollars(price.usd)}, evaluation ${dollars(evaluation.usd ?? 0)} (price of ${price.date})`,
  }),
});

/** Counts the tokens of the data in the encoding of the target's model; targets that share one share the work. */
export async function measure(
  world: World,
  { files, value }: OutputsOf<{ split: typeof split }>["split"],
  signal: AbortSignal,
): Promise<DataSize> {
  const encoding = encodingOf(world.target.settings.model);
  const { training, validation, test } = await dataTokens(world, files, signal);
  return {
    tokens: { training: training.tokens, validation: validation.tokens, test: test.tokens },
    trained: training.trained,
    encoding,
    longest: Math.max(training.longest, validation.longest),
    ...present("tools", training.tools + validation.tools),
    ...present("images", training.images + validation.images),
    epochs: givenEpochs(world) ?? automaticEpochs(value.training.examples),
  };
}

const present = <Name extends "tools" | "images">(name: Name, count: number) =>
  (count === 0 ? {} : { [name]: count }) as Partial<Record<Name, number>>;

/** So many examples are looked at together. */
const examplesAtOnce = 500;

/**
 * @returns A warning for every row that the base model will only see the beginning of.
 * @throws FtpipeError with every row that it can't take: TARGET_UNSUPPORTED.
 */
async function lookAtLimits(
  { limits, loaded, ports, target, pipeline }: World,
  files: OutputsOf<{ split: typeof split }>["split"]["files"],
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  // What the target can't learn from at all is told once, not row by row.
  if (limits === undefined || !target.capabilities.methods.includes(pipeline.training.method)) return [];
  const locate = await rowLocator(loaded, ports.files);
  const problems: Problem[] = [];
  let waiting: PlacedContent[] = [];
  const look = async () => {
    signal.throwIfAborted();
    const faults = await limits.faults(waiting);
    waiting.forEach(({ file, line }, index) => {
      const fault = faults[index];
      if (fault === undefined) return;
      const location = locate(file, line);
      if (fault.cut) {
        const message = `${target.settings.model} learns only the beginning of this row's example. ${fault.message}`;
        problems.push(problem("warning", "EXAMPLE_INVALID", message, { hint: cutHint, location }));
        return;
      }
      const hint = `Shorten it, drop such rows by a rule (max_tokens with action: drop), set over_context: cut at ${target.name}, or choose another target.`;
      problems.push(
        problem(
          "error",
          "TARGET_UNSUPPORTED",
          `${target.settings.model} can't take the example of this row. ${fault.message}`,
          { hint, location },
        ),
      );
    });
    waiting = [];
  };
  for await (const example of placedContents(files, ports.files)) {
    waiting.push(example);
    if (waiting.length >= examplesAtOnce) await look();
  }
  await look();
  throwIfErrors(problems);
  return problems;
}

interface PlacedContent extends ExampleContent {
  readonly file: string;
  readonly line: number;
}

/** All examples in the order of the rows, each with its row's place. */
async function* placedContents(
  { train, validation, test, manifest }: OutputsOf<{ split: typeof split }>["split"]["files"],
  files: FileSystem,
): AsyncGenerator<PlacedContent, void, undefined> {
  const read = ({ path }: Artifact) => readJsonLines<TrainingLine>(files, path);
  const examples = { training: read(train), validation: read(validation), test: read(test) };
  for await (const [name, file, line] of readJsonLines<ManifestLine>(files, manifest.path)) {
    const next = await examples[name].next();
    if (next.done === true) throw new Error(`the manifest has more lines of ${name} than its file`);
    yield { ...contentOf(next.value), file, line };
  }
}

const cutHint = "The target says over_context: cut; without it, such an example stops the run.";

/** Every question: each case once for every model that is asked. */
async function questionsOf(
  world: World,
  { value, files }: OutputsOf<{ split: typeof split }>["split"],
): Promise<readonly ExampleContent[]> {
  const { loaded, ports } = world;
  const data = { columns: value.columns, train: files.train, heldOut: files.heldOut };
  const cases = await casesOf(data, { loaded, files: ports.files });
  return [undefined, ...askedBeside(world)].flatMap(() =>
    cases.map(({ messages, tools = {} }) => ({ messages, ...toolSettingsOf(tools) })),
  );
}

/** Questions without tools go by their messages alone. */
function questionsRecord(questions: readonly ExampleContent[]): readonly unknown[] {
  return questions.map(({ messages, ...tools }) =>
    Object.keys(tools).length === 0 ? messages : { messages, ...tools },
  );
}

function priceOf({ target, ports, pipeline }: World): Promise<FoundPrice | undefined> {
  if (!target.capabilities.paid) return Promise.resolve(undefined);
  const own = target.settings["price"] as OwnPrice | undefined;
  if (own !== undefined)
    return Promise.resolve({ ...own, date: "the pipeline", source: `targets.${target.name}.price` });
  // Listed are prices of tokens; reinforcement is billed by the hour.
  if (pipeline.training.method === "reinforcement") return Promise.resolve(undefined);
  return findPrice(target.provider.name, target.settings.model, ports.files);
}

/** US dollars, rounded to a hundredth of a cent. @param perMillion US dollars per million tokens. */
function cost(perMillion: number, tokens: number): number {
  return Math.round((perMillion * tokens) / 100) / 10_000;
}

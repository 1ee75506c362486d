import type { Hyperparameters } from "../config/pipeline.gen.ts";
import { isReadyMade } from "../config/ready-made.ts";
import type { ChatMessage, ChatRole } from "../core/chat.ts";
import { type Problem, problem } from "../core/errors.ts";
import { readJsonLines } from "../core/json-lines.ts";
import type { StageOutput } from "../run/stage.ts";
import type { DataSize } from "./estimate.ts";
import type { SplitValue } from "./pass-outcomes.ts";
import { targetOf } from "./select-target.ts";
import { type DatasetFacts, type TargetProblem, type TargetRequest, targetProblems } from "./target-problems.ts";
import type { World } from "./world.ts";

/** What the stages made so far. */
export interface KnownData {
  readonly split?: StageOutput<SplitValue> | undefined;
  readonly size?: DataSize | undefined;
}

export interface Judgement {
  readonly facts: DatasetFacts;
  readonly request: TargetRequest;
  readonly found: readonly TargetProblem[];
  /** What was found, each at its place. */
  readonly problems: readonly Problem[];
}

/**
 * What stops the world's target from training on the data, as far as the data is known.
 */
export async function judgeTarget(world: World, known: KnownData, signal: AbortSignal): Promise<Judgement> {
  const facts = await factsOf(world, known, signal);
  const request = requestOf(world);
  const found = targetProblems(facts, request, world.target.capabilities);
  return { facts, request, found, problems: found.map((one) => located(one, world)) };
}

function located({ severity, pointer, on, message, hint }: TargetProblem, { loaded }: World): Problem {
  const location = on === "key" ? loaded.locateKey(pointer) : loaded.locate(pointer);
  return problem(severity, "TARGET_UNSUPPORTED", message, { hint, location });
}

/** A target's own settings go before those of `training`. */
function requestOf({ pipeline: { training, targets }, target }: World): TargetRequest {
  const { name, settings, provider } = target;
  const own = settings as { hyperparameters?: Hyperparameters; suffix?: string; seed?: number };
  const given = (hyperparameters: Hyperparameters | undefined, at: string) =>
    Object.entries(hyperparameters ?? {})
      .filter(([, value]) => value !== "auto")
      .map(([key]) => ({ name: key, pointer: `${at}/hyperparameters/${key}` }));
  const overridden = Object.keys(own.hyperparameters ?? {});
  const at = (key: "suffix" | "seed") => (own[key] === undefined ? `/training/${key}` : `/targets/${name}/${key}`);
  const suffix = own.suffix ?? training.suffix;
  const seed = own.seed ?? training.seed;
  const others = Object.keys(targets)
    .filter((other) => other !== name)
    .map((other) => targetOf(targets, other));
  const takers = (feature: "tools" | "images") =>
    others.filter(({ capabilities }) => capabilities.trains && capabilities[feature]).map((other) => other.name);
  return {
    target: name,
    provider: provider.name,
    takers: { tools: takers("tools"), images: takers("images") },
    method: training.method,
    hyperparameters: [
      ...given(own.hyperparameters, `/targets/${name}`),
      ...given(training.hyperparameters, "/training").filter((one) => !overridden.includes(one.name)),
    ],
    suffix: suffix === undefined ? undefined : { text: suffix, pointer: at("suffix") },
    seed: seed === undefined ? undefined : { pointer: at("seed") },
  };
}

async function factsOf(world: World, { split, size }: KnownData, signal: AbortSignal): Promise<DatasetFacts> {
  const file = (name: "training" | "validation") => {
    const bytes = split?.files[name === "training" ? "train" : name]?.bytes;
    return split === undefined || bytes === undefined ? undefined : { examples: split.value[name].examples, bytes };
  };
  return {
    roles: await rolesOf(world, split, signal),
    training: file("training"),
    validation: file("validation"),
    longest: size?.longest,
    ...featuresOf(world, size),
  };
}

/** Whether there are tools and images, and where the pipeline says so: of ready-made lines only once they are read. */
function featuresOf(
  { pipeline: { source, dataset } }: World,
  size: DataSize | undefined,
): Pick<DatasetFacts, "tools" | "images"> {
  if (isReadyMade(source)) {
    const found = (count = 0) => (count === 0 ? undefined : { pointer: "/source/path", examples: count });
    return { tools: found(size?.tools), images: found(size?.images) };
  }
  const image = dataset.messages.findIndex(
    ({ content }) => Array.isArray(content) && content.some((part) => part.image !== undefined),
  );
  return {
    tools: dataset.tools === undefined ? undefined : { pointer: "/dataset/tools", examples: size?.tools },
    images: image < 0 ? undefined : { pointer: `/dataset/messages/${image}/content`, examples: size?.images },
  };
}

/** Every role of a chat without tools, so that ready-made messages need not be read for a target that takes all. */
const chatRoles = Object.keys({ system: true, user: true, assistant: true } satisfies Record<ChatRole, true>);

async function rolesOf(
  { pipeline: { source, dataset }, ports, target, once }: World,
  split: KnownData["split"],
  signal: AbortSignal,
): Promise<DatasetFacts["roles"]> {
  if (!isReadyMade(source))
    return dataset.messages.flatMap(({ role }, index) =>
      role === undefined ? [] : [{ role, pointer: `/dataset/messages/${index}/role` }],
    );
  const train = split?.files["train"];
  if (train === undefined || chatRoles.every((role) => target.capabilities.roles.includes(role))) return undefined;
  const found = await once(`roles ${train.sha256}`, async () => {
    const roles = new Set<string>();
    for await (const { messages } of readJsonLines<{ messages: readonly ChatMessage[] }>(ports.files, train.path)) {
      signal.throwIfAborted();
      for (const { role } of messages) roles.add(role);
    }
    return roles;
  });
  return [...found].map((role) => ({ role, pointer: "/source/path" }));
}

import { readFileSync } from "node:fs";
import { openSession } from "../../src/compose.ts";
import { packageFile } from "../../src/core/assets.ts";
import { asTextMessages, type ChatMessage, type TextMessage } from "../../src/core/chat.ts";
import { readJsonLines } from "../../src/core/json-lines.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import type { FileSystem } from "../../src/core/ports.ts";
import type { Hyperparameters, TrainingExample } from "../../src/engine/engine.ts";
import type { Artifact, StageOutput } from "../../src/run/stage.ts";
import { localRequest } from "../../src/stages/local-request.ts";
import { openPromptRenderer } from "../../src/stages/prompts.ts";
import { runPipeline } from "../../src/stages/run-pipeline.ts";
import { resolvedHyperparameters } from "../../src/stages/train.ts";
import type { CaseKit } from "./task.ts";

/** All that the bench takes from a pipeline: a run of it would train on the same. */
export interface PipelineData {
  readonly training: readonly TrainingExample[];
  /** Not trained on, but drawn from the same source. */
  readonly validation: readonly TrainingExample[];
  /** As written for the default target; what is `auto` is left out. */
  readonly hyperparameters: Partial<Hyperparameters>;
  /** `evaluation.defaults.max_tokens`. */
  readonly maxTokens: number;
  readonly kit: CaseKit;
}

/**
 * Runs the pipeline's local stages, as `ftpipe check` does, and reads what they made.
 * @param path From the repository's root. @throws FtpipeError for whatever is wrong with the pipeline.
 */
export async function readPipelineData(path: string): Promise<PipelineData> {
  const ports = nodePorts({});
  const session = await openSession({
    ports,
    workingDirectory: packageFile(""),
    file: packageFile(path),
    target: undefined,
    overrides: [],
    trains: false,
  });
  try {
    const { world } = session;
    if (world.target.provider.name !== "local")
      throw new Error(`the default target of ${path} is not the built-in one`);
    const { outputs } = await runPipeline(localRequest(session, { until: "split" }));
    const { train, validation } = (outputs.get("split") as StageOutput).files as Record<
      "train" | "validation",
      Artifact
    >;
    const { renderPrompt, renderSystem } = await openPromptRenderer({ loaded: world.loaded, files: ports.files });
    return {
      training: await readExamples(train.path, ports.files),
      validation: await readExamples(validation.path, ports.files),
      hyperparameters: resolvedHyperparameters(world),
      maxTokens: world.pipeline.evaluation.defaults.max_tokens,
      kit: {
        renderPrompt: (variables) => textsOnly(renderPrompt(variables)),
        renderSystem: (variables) => textsOnly(renderSystem(variables)),
        pipeline: world.pipeline,
        readText: (file) => readFileSync(packageFile(file), "utf8"),
      },
    };
  } finally {
    await session.close();
  }
}

async function readExamples(path: string, files: FileSystem): Promise<readonly TrainingExample[]> {
  const examples: TrainingExample[] = [];
  for await (const example of readJsonLines<TrainingExample>(files, path)) examples.push(example);
  return examples;
}

/** The bench's pipelines have neither tools nor images. */
function textsOnly(messages: readonly ChatMessage[]): readonly TextMessage[] {
  const texts = asTextMessages(messages);
  if (texts === undefined) throw new Error("a prompt of the bench is more than texts");
  return texts;
}

import type { LoadedPipeline } from "../config/loaded.ts";
import type { AnswerSchema } from "../config/pipeline.gen.ts";
import type { JsonSchemaFormat, SamplingSettings } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import { type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { readJsonFile } from "../dataset/files.ts";
import { answerSchemaFault } from "../evaluation/answer-schema.ts";

interface SamplingContext {
  readonly loaded: LoadedPipeline;
  readonly files: FileSystem;
}

/**
 * How the pipeline's models are asked: `evaluation.defaults`, with the schema of its response format read
 * from its file.
 * @throws FtpipeError PATH_INVALID, PIPELINE_INVALID for a schema that is missing or can't be used.
 */
export async function samplingOf(context: SamplingContext): Promise<SamplingSettings> {
  const { response_format: format, ...settings } = context.loaded.pipeline.evaluation.defaults;
  if (format === undefined) return settings;
  if (format.type !== "json_schema") return { ...settings, response_format: format };
  const schema = await readSchema(format.json_schema, context);
  return { ...settings, response_format: { type: format.type, json_schema: { ...format.json_schema, schema } } };
}

async function readSchema(
  { schema, strict }: AnswerSchema,
  context: SamplingContext,
): Promise<JsonSchemaFormat["schema"]> {
  const pointer = "/evaluation/defaults/response_format/json_schema/schema";
  const value = typeof schema === "string" ? await readJsonFile(schema, pointer, context) : schema;
  const fault = answerSchemaFault(value, { strict: strict === true });
  if (fault === undefined) return value as JsonSchemaFormat["schema"];
  const name = typeof schema === "string" ? schema : "The response format's schema";
  throw new FtpipeError("PIPELINE_INVALID", `${name} can't be the form of an answer: ${fault}.`, {
    location: context.loaded.locate(pointer),
    hint: "It is what OpenAI calls structured outputs; with `strict: true` every object lists all its properties as required, and allows no others.",
  });
}

/**
 * What of the settings a result depends on. The schema stands as a hash of its text: answers follow the order of
 * its properties, which a record with sorted keys would not tell.
 */
export function samplingRecord({ response_format: format, ...settings }: SamplingSettings): object {
  if (format === undefined) return settings;
  if (format.type !== "json_schema") return { ...settings, response_format: format };
  const schema: Sha256 = sha256(JSON.stringify(format.json_schema.schema));
  return { ...settings, response_format: { type: format.type, json_schema: { ...format.json_schema, schema } } };
}

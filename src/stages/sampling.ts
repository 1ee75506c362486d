import type { LoadedPipeline } from "../config/loaded.ts";
import type { AnswerSchema, ResponseFormat as WrittenFormat } from "../config/pipeline.gen.ts";
import { answerSchemaFault } from "../core/answer-schema.ts";
import type { JsonSchemaFormat, ResponseFormat, SamplingSettings } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import { type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { readJsonFile } from "../dataset/files.ts";

interface SamplingContext {
  readonly loaded: LoadedPipeline;
  readonly files: FileSystem;
}

/**
/**
 * How the pipeline's models are asked: `evaluation.defaults`, with the response format that the answers were trained
 * or graded in unless they name another, and its schema read from its file.
 * @throws FtpipeError PATH_INVALID, PIPELINE_INVALID for a schema that is missing or can't be used.
 */
export async function samplingOf(context: SamplingContext): Promise<SamplingSettings> {
  const { dataset, evaluation, training } = context.loaded.pipeline;
  const { response_format: own, ...settings } = evaluation.defaults;
  const formats = [
    [own, "/evaluation/defaults/response_format"],
    [training.response_format, "/training/response_format"],
    [dataset.response_format, "/dataset/response_format"],
  ] as const;
  for (const [format, pointer] of formats) {
    if (format !== undefined)
      return { ...settings, response_format: await readResponseFormat(format, pointer, context) };
  }
  return settings;
}

/**
 * A response format with its schema read from its file.
 * @param pointer Where it stands.
 * @throws FtpipeError PATH_INVALID, PIPELINE_INVALID for a schema that is missing or can't be used.
 */
export async function readResponseFormat(
  format: WrittenFormat,
  pointer: string,
  context: SamplingContext,
): Promise<ResponseFormat> {
  if (format.type !== "json_schema") return format;
  const schema = await readSchema(format.json_schema, `${pointer}/json_schema/schema`, context);
  return { type: format.type, json_schema: { ...format.json_schema, schema } };
}

async function readSchema(
  { schema, strict }: AnswerSchema,
  pointer: string,
  context: SamplingContext,
): Promise<JsonSchemaFormat["schema"]> {
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
export function samplingRecord({
  response_format: format,
  ...settings
}: SamplingSettings): Readonly<Record<string, unknown>> {
  return format === undefined ? settings : { ...settings, response_format: formatRecord(format) };
}

/** Of a response format, as `samplingRecord` has it. */
export function formatRecord(format: ResponseFormat): object {
  if (format.type !== "json_schema") return format;
  const schema: Sha256 = sha256(JSON.stringify(format.json_schema.schema));
  return { type: format.type, json_schema: { ...format.json_schema, schema } };
}

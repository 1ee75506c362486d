import { FtpipeError } from "../core/errors.ts";
import { type PastJob, readJob } from "./recipe.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A fine-tuning job file of `azd ai finetuning`: one request, with `local:` before paths. */
export interface AzdJob {
  readonly job: PastJob;
  /** Relative to the file. */
  readonly training: string;
  readonly validation: string | undefined;
  /** Keys that no pipeline has. */
  readonly notCarried: readonly string[];
}

/** Whether a YAML file is such a job: a pipeline of ours names targets, and a promptfoo config tests. */
export function isAzdJob(value: Fields): boolean {
  return typeof value["model"] === "string" && "training_file" in value && !("targets" in value);
}

/** @throws FtpipeError USAGE for data that is not on this machine; TARGET_UNSUPPORTED for another method. */
export function readAzdJob(value: Fields, file: string): AzdJob {
  const job = readJob({ ...withOpenaiNames(value), id: file });
  if ("unknownMethod" in job) {
    throw new FtpipeError(
      "TARGET_UNSUPPORTED",
      `${file} is for the method "${job.unknownMethod}", which ftpipe does not know.`,
      {
        location: { file },
      },
    );
  }
  const known = ["model", "training_file", "validation_file", "suffix", "seed", "method", "hyperparameters"];
  return {
    job: { ...job, suffix: typeof value["suffix"] === "string" ? value["suffix"] : undefined },
    training: localPath(value["training_file"], "training_file", file),
    validation:
      value["validation_file"] == null ? undefined : localPath(value["validation_file"], "validation_file", file),
    notCarried: Object.keys(value)
      .filter((key) => !known.includes(key) && !key.startsWith("$"))
      .map((key) => `${key}: what azd or Azure alone make of it`),
  };
}

/** azd calls epochs `epochs`. */
function withOpenaiNames(value: unknown): Fields {
  const rename = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [key === "epochs" ? "n_epochs" : key, rename(inner)]),
    );
  };
  return rename(value) as Fields;
}

function localPath(value: unknown, key: string, file: string): string {
  const text = typeof value === "string" ? value : "";
  if (text.startsWith("local:")) return text.slice("local:".length);
  const isId = /^(?:file|assistant)-/.test(text);
  throw new FtpipeError("USAGE", `${key} of ${file} is ${isId ? `a file at Azure, ${text}` : "no local: path"}.`, {
    location: { file },
    hint: isId
      ? `Download it, and write ${key}: local:./data.jsonl. Of a job at OpenAI, ftpipe import ftjob-… fetches it.`
      : `Write ${key}: local:./data.jsonl`,
  });
}

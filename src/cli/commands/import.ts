import { resolve } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import type { CommandContext } from "../commands.ts";
import { importAll, importModel, importOne } from "../import/jobs.ts";
import { importLines } from "../import/lines.ts";
import { importSettings } from "../import/settings.ts";

/** Makes pipelines of what was trained without them. Nothing is changed at a provider. */
export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, ports, workingDirectory } = context;
  const [first, second] = given.positionals;
  const name = given.text("name");
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new FtpipeError("USAGE", `"${name}" can't be a pipeline's name.`, {
      hint: "A name has lower-case letters, digits and hyphens.",
    });
  }
  if (given.has("all")) {
    if (first !== undefined || name !== undefined) {
      throw new FtpipeError("USAGE", "--all imports every job, each under a name of its own.", {
        hint: "Leave the job and --name out, or leave --all out.",
      });
    }
    return importAll(context);
  }
  if (first === undefined) {
    throw new FtpipeError("USAGE", "Nothing is named that could be imported.", {
      hint: "ftpipe import ftjob-… | ft:MODEL | --all | training.jsonl | job.yaml | promptfooconfig.yaml --into PIPELINE",
    });
  }
  if (first.startsWith("ft:") && second === undefined) return importModel(context, first);
  const isFile = (await ports.files.stat(resolve(workingDirectory, first)))?.kind === "file";
  if (!isFile && !/[./]/.test(first) && second === undefined) return importOne(context, first);
  if (!isFile) {
    throw new FtpipeError("SOURCE_NOT_FOUND", `There is no file ${first}.`, {
      hint: "A job is named by its id, such as ftjob-abc123.",
    });
  }
  if (/\.ya?ml$/i.test(first)) return importSettings(context, first);
  if (/\.(?:jsonl|ndjson)$/i.test(first)) return importLines(context, first, second);
  throw new FtpipeError("USAGE", `${first} is no JSONL and no YAML.`, {
    hint: /\.(?:csv|tsv)$/i.test(first)
      ? `Of a CSV, make a pipeline with: ftpipe init ${first}`
      : "OpenAI's training files are JSONL; a job of azd and a promptfoo config are YAML.",
  });
}

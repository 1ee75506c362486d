import { dirname } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { isAzdJob, readAzdJob } from "../../import/azd.ts";
import { isPromptfoo } from "../../import/promptfoo.ts";
import type { CommandContext } from "../commands.ts";
import { importFiles } from "./lines.ts";
import { projectFile } from "./project-file.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A YAML file of another tool: told by its keys. @throws FtpipeError USAGE for one that is none of those that are known. */
export async function importSettings(context: CommandContext, word: string): Promise<number> {
  const path = await projectFile(context, word);
  const value = await readYaml(context, path, word);
  if (isAzdJob(value)) {
    const { job, training, validation, notCarried } = readAzdJob(value, word);
    const from = dirname(path);
    return importFiles(context, {
      from: word,
      training: await projectFile(context, training, from),
      validation: validation === undefined ? undefined : await projectFile(context, validation, from),
      recipe: job,
      origin: { name: "openai", settings: { provider: "openai" } },
      notCarried,
    });
  }
  if (isPromptfoo(value)) {
    const { importPromptfoo } = await import("./promptfoo.ts");
    return importPromptfoo(context, word, value);
  }
  if ("targets" in value && "source" in value) {
    throw new FtpipeError("USAGE", `${word} is a pipeline of ftpipe already.`, { hint: `ftpipe check ${word}` });
  }
  throw new FtpipeError("USAGE", `${word} is no file that ftpipe can import.`, {
    hint: "A job of azd has model and training_file; a promptfoo config has tests.",
  });
}

async function readYaml({ ports: { files } }: CommandContext, path: string, word: string): Promise<Fields> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(await files.readText(path), { merge: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [place] = fault.linePos ?? [];
    throw new FtpipeError("USAGE", `${word} is no valid YAML: ${fault.message.split("\n")[0]}`, {
      location: { file: word, ...(place === undefined ? {} : { line: place.line, column: place.col }) },
    });
  }
  const value: unknown = document.toJS({ maxAliasCount: 1000 });
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

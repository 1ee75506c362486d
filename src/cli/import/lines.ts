import { basename, relative, sep } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { slug } from "../../core/notation.ts";
import { displayPath } from "../../core/paths.ts";
import type { FileSystem } from "../../core/ports.ts";
import { readExamples } from "../../import/examples.ts";
import type { OriginTarget } from "../../import/pipeline-text.ts";
import type { Recipe } from "../../import/recipe.ts";
import type { CommandContext } from "../commands.ts";
import { buildImport } from "./build.ts";
import { projectFile, refuseExisting } from "./project-file.ts";
import { showOne } from "./show.ts";

/** A pipeline of OpenAI's training lines, where they lie. */
export async function importLines(context: CommandContext, first: string, second: string | undefined): Promise<number> {
  const training = await projectFile(context, first);
  const validation = second === undefined ? undefined : await projectFile(context, second);
  const method = await methodOf(training, displayPath(context.workingDirectory, training), context.ports.files);
  return importFiles(context, {
    from: first,
    training,
    validation,
    recipe: { method, base: undefined, hyperparameters: {} },
  });
}

export interface LocalImport {
  /** The file that was named on the command line. */
  readonly from: string;
  /** Absolute. */
  readonly training: string;
  readonly validation: string | undefined;
  readonly recipe: Recipe;
  readonly origin?: OriginTarget;
  readonly notCarried?: readonly string[];
}

export async function importFiles(
  context: CommandContext,
  { from, training, validation, recipe, origin, notCarried = [] }: LocalImport,
): Promise<number> {
  const { workingDirectory } = context;
  const name = context.arguments.text("name") ?? (slug(basename(from).replace(/\.\w+$/, "")) || "imported");
  await refuseExisting(context, name);
  const shown = relative(workingDirectory, training).split(sep).join("/");
  const built = await buildImport(context, {
    name,
    heading: [`Made by ftpipe of ${from}. The training lines as they came: ${shown}`],
    recipe,
    origin,
    training,
    validation,
  });
  await built.session?.close();
  showOne(context, {
    from,
    status: "read",
    method: recipe.method,
    base: recipe.base,
    pipeline: displayPath(workingDirectory, built.file),
    files: built.files,
    template: built.template,
    not_carried: notCarried,
    missing: [],
    problems: built.problems,
  });
  return 0;
}

/** @throws FtpipeError SOURCE_INVALID for lines that only a grader could make use of. */
async function methodOf(path: string, displayPath: string, files: FileSystem): Promise<Recipe["method"]> {
  const [first] = await readExamples({ path, displayPath }, files);
  if (first === undefined || "preferred_output" in first.values) return "dpo";
  const messages = first.values["messages"] as readonly ({ readonly role?: unknown } | null)[];
  if (messages.at(-1)?.role === "assistant") return "supervised";
  throw new FtpipeError(
    "SOURCE_INVALID",
    "The lines end with the user: they are for reinforcement, which needs a grader.",
    {
      hint: "Import their job, which has it: ftpipe import ftjob-…; or write the pipeline: docs/reinforcement.md.",
      location: first.location,
    },
  );
}

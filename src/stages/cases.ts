import { relative, sep } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import { messageText } from "../core/chat.ts";
import { FtpipeError, type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { readJsonLines } from "../core/json-lines.ts";
import type { FileSystem } from "../core/ports.ts";
import { contentOf, type TrainingLine, toolSettingsOf } from "../dataset/example.ts";
import { readJsonFile } from "../dataset/files.ts";
import { openImageFiles } from "../dataset/image-files.ts";
import { assertionsByType } from "../evaluation/assertions/index.ts";
import { filePathOf } from "../evaluation/assertions/json.ts";
import { pointerTo } from "../evaluation/case-text.ts";
import { buildCases, type CaseInputs, type EvalCase, type HeldOutRecord } from "../evaluation/cases.ts";
import { parseType } from "../evaluation/score.ts";
import type { Artifact } from "../run/stage.ts";
import { openPromptRenderer } from "./prompts.ts";

/** What of the split's output the cases are made from. */
export interface CaseData {
  readonly columns: readonly string[];
  readonly train: Artifact;
  readonly heldOut: Artifact;
}

interface CaseContext {
  readonly loaded: LoadedPipeline;
  readonly files: FileSystem;
}

/**
 * The cases of a pipeline's evaluation. Their places are relative to the root, so that they are the same
 * on every machine.
 * @throws FtpipeError with every problem of the tests: CASE_INVALID, TEMPLATE_INVALID, TEMPLATE_EMPTY_CELL.
 */
export async function casesOf(data: CaseData, { loaded, files }: CaseContext): Promise<readonly EvalCase[]> {
  const { evaluation, dataset, training } = loaded.pipeline;
  const ready = dataset.messages.length === 0;
  const source: CaseInputs["source"] = ready
    ? { kind: "examples", ...(await sharedOf(data.train, files)) }
    : { kind: "rows", columns: data.columns };
  const heldOut: HeldOutRecord[] = [];
  if (evaluation.tests.some(({ from }) => from !== undefined)) {
    for await (const record of readJsonLines<HeldOutRecord>(files, data.heldOut.path)) heldOut.push(record);
  }
  const cases = buildCases({
    tests: evaluation.tests,
    heldOut,
    source,
    heldOutVariable: training.method === "reinforcement" ? "item" : "expected",
    templates: await openPromptRenderer({ loaded, files }),
    definitions: assertionsByType,
    locate: loaded.locate,
    documents: await readDocuments({ loaded, files }),
  });
  const fromRoot = relative(loaded.root, loaded.file).split(sep).join("/");
  return (await withImages(cases, { loaded, files })).map((evalCase) => {
    const { file, line } = evalCase.location;
    const place = { file: file === loaded.displayFile ? fromRoot : file, ...(line === undefined ? {} : { line }) };
    return { ...evalCase, location: place };
  });
}

/** The JSON files that assertions name, by the pointer of the value that names them. */
async function readDocuments(context: CaseContext): Promise<ReadonlyMap<string, unknown>> {
  const documents = new Map<string, unknown>();
  const problems: Problem[] = [];
  const { tests } = context.loaded.pipeline.evaluation;
  for (const [test, { assert }] of tests.entries()) {
    for (const [index, assertion] of assert.entries()) {
      const { valueMayBeFile } = assertionsByType[parseType(assertion.type).base] ?? {};
      const path = valueMayBeFile === true && "value" in assertion ? filePathOf(assertion.value) : undefined;
      if (path === undefined) continue;
      const pointer = pointerTo("evaluation", "tests", test, "assert", index, "value");
      try {
        documents.set(pointer, await readJsonFile(path, pointer, context));
      } catch (error) {
        if (!(error instanceof FtpipeError)) throw error;
        problems.push(...error.problems);
      }
    }
  }
  throwIfErrors(problems);
  return documents;
}

/**
 * The different texts of the examples' system messages, undefined for an example without one, and the different tools,
 * as JSON. Stops at two of each.
 */
async function sharedOf(
  train: Artifact,
  files: FileSystem,
): Promise<{ readonly systems: ReadonlySet<string | undefined>; readonly tools: ReadonlySet<string> }> {
  const systems = new Set<string | undefined>();
  const tools = new Set<string>();
  for await (const line of readJsonLines<TrainingLine>(files, train.path)) {
    const content = contentOf(line);
    const system = content.messages.find(({ role }) => role === "system");
    systems.add(system === undefined ? undefined : messageText(system));
    if (tools.size < 2) tools.add(JSON.stringify(toolSettingsOf(content)));
    if (systems.size > 1 && tools.size > 1) break;
  }
  return { systems, tools };
}

/** The cases with the images in place of their files' names. @throws FtpipeError CASE_INVALID with all that are missing. */
export async function withImages(
  cases: readonly EvalCase[],
  { loaded, files }: CaseContext,
): Promise<readonly EvalCase[]> {
  if (loaded.pipeline.dataset.images === undefined) return cases;
  const images = await openImageFiles(loaded, files);
  const problems: Problem[] = [];
  const made: EvalCase[] = [];
  for (const evalCase of cases) {
    const found = await images.load(evalCase.messages);
    if (found === undefined) made.push(evalCase);
    else if ("messages" in found) made.push({ ...evalCase, messages: found.messages });
    else
      problems.push(
        problem("error", "CASE_INVALID", found.fault.message, { hint: found.fault.hint, location: evalCase.location }),
      );
  }
  throwIfErrors(problems);
  return made;
}

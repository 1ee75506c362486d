import { posix } from "node:path";
import type { Suggestion } from "../providers/catalogue.ts";
import type { Row } from "../sources/source.ts";
import { proposeCases } from "./cases.ts";
import { csvText } from "./csv-text.ts";
import { moveFrom } from "./elsewhere.ts";
import { graderFiles } from "./grader-settings.ts";
import { type OriginTarget, pipelineText } from "./pipeline-text.ts";
import type { Proposal, Templates } from "./proposal.ts";
import type { Recipe } from "./recipe.ts";

/** All that a pipeline is made of. */
export interface ImportInputs {
  /** The pipeline's name. */
  readonly name: string;
  /** What is known of where it comes from, a sentence a line. */
  readonly heading: readonly string[];
  readonly recipe: Recipe;
  readonly origin: OriginTarget | undefined;
  /** Paths of the JSONL files, relative to the folder of the pipeline, with slashes. */
  readonly training: string;
  readonly validation: string | undefined;
  /** Lines of the training file; empty where it is too large to be looked at. */
  readonly rows: readonly Row[];
  readonly proposal: Proposal;
  /** Which open models to try in the place of which others. */
  readonly suggestions: readonly Suggestion[];
}

/** A file to write. */
export interface ImportFile {
  /** Relative to the folder of the pipeline, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it is, in a few words. */
  readonly what: string;
}

/** The pipeline comes last: once it is there, all that it needs is. */
export function planImport(inputs: ImportInputs): readonly ImportFile[] {
  const { name, recipe, proposal, training, validation, rows } = inputs;
  const templates = "templates" in proposal ? proposal.templates : undefined;
  const grader = recipe.grader === undefined ? undefined : graderFiles(recipe.grader, `graders/${name}`);
  const messages = templates === undefined ? [] : placedMessages(templates, name);
  const csv = (path: string) => path.replace(/(\.[^./]*)?$/, ".csv");
  const data =
    templates === undefined
      ? []
      : [
          { path: csv(training), text: csvText(templates.columns, templates.training), what: "its rows" },
          ...(validation === undefined
            ? []
            : [
                {
                  path: csv(validation),
                  text: csvText(templates.columns, templates.validation),
                  what: "its held-out rows",
                },
              ]),
        ];
  const holds = featuresOf(rows);
  const text = pipelineText({
    name,
    heading: inputs.heading,
    recipe,
    source:
      templates === undefined
        ? { type: "messages", path: training, allowEmpty: [] }
        : { type: "csv", path: csv(training), allowEmpty: templates.emptyColumns },
    messages: templates === undefined ? undefined : messages.map(({ message }) => message),
    validation: validation === undefined ? undefined : templates === undefined ? validation : csv(validation),
    dataNotes: notesOf(proposal),
    grader: grader?.setting,
    origin: inputs.origin,
    holds,
    move: moveFrom(recipe.base, holds, inputs.suggestions),
    cases: proposeCases(rows, {
      hasValidation: validation !== undefined,
      proposal,
      graded: recipe.method === "reinforcement",
    }),
  });
  return [
    ...data,
    ...messages.flatMap(({ file }) => (file === undefined ? [] : [file])),
    ...Object.entries(grader?.files ?? {}).map(([path, text]) => ({ path, text, what: "a grader" })),
    { path: `${name}.yaml`, text, what: "the pipeline: look it over" },
  ];
}

/** Short templates stand in the pipeline, the others in files. */
function placedMessages({ messages }: Templates, name: string) {
  const used = new Map<string, number>();
  return messages.map(({ role, template }) => {
    // A file loses CR, and one line end behind its last line.
    if (template.includes("\r") || (template.length <= 60 && !template.includes("\n") && role !== "system")) {
      return { message: { role, content: template } };
    }
    const count = (used.get(role) ?? 0) + 1;
    used.set(role, count);
    const path = posix.join("../templates", name, `${count === 1 ? role : `${role}-${count}`}.hbs`);
    return {
      message: { role, template: path },
      file: { path, text: `${template}\n`, what: role === "system" ? "the system message" : "what the model is asked" },
    };
  });
}

function notesOf(proposal: Proposal): readonly string[] {
  if ("templates" in proposal) return [];
  const { because, nearly } = proposal;
  if (nearly === undefined) return [];
  return [
    `The lines stay as they are: ${because}. ${percent(nearly.share)} of the questions are of this template:`,
    `  ${nearly.template}`,
  ];
}

export function percent(share: number): string {
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
}

/** What of the examples only some models take. */
function featuresOf(rows: readonly Row[]): { readonly tools: boolean; readonly images: boolean } {
  const has = (pattern: RegExp) => rows.some(({ values }) => pattern.test(JSON.stringify(values)));
  return { tools: has(/"(?:tools|tool_calls|functions|function_call)":/), images: has(/"type":"image_url"/) };
}

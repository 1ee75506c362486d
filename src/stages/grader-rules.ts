import type { LoadedPipeline } from "../config/loaded.ts";
import type { Dataset, Pipeline } from "../config/pipeline.gen.ts";
import type { Finding, PipelineRule } from "../config/pipeline-rule.ts";
import { isReadyMade } from "../config/ready-made.ts";
import { problem } from "../core/errors.ts";
import { type Location, locateOffset } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import type { GraderSetting } from "../graders/grader.ts";
import { referencesIn } from "../graders/references.ts";
import { type GraderNode, graderNodes, type PlacedReference, referencesOf, textsOf } from "../graders/walk.ts";
import type { World } from "./world.ts";

const graderPointer = "/training/grader";

/** The pipeline's grader and its parts; none unless it trains by them. */
export function graderOf({ training }: Pipeline): readonly GraderNode[] {
  if (training.method !== "reinforcement" || training.grader === undefined) return [];
  return graderNodes(training.grader as GraderSetting, graderPointer);
}

/** Each value of the item that the grader refers to, as a path from the item. */
export function itemPaths(pipeline: Pipeline): readonly (readonly string[])[] {
  const paths = itemReferences(pipeline).map(({ path }) => path.slice(1));
  return [...new Map(paths.map((path) => [path.join("."), path])).values()];
}

/** The references to the item's fields. All lines have `messages`. */
function itemReferences(pipeline: Pipeline): readonly PlacedReference[] {
  return referencesOf(graderOf(pipeline)).filter(
    ({ path: [namespace, first] }) => namespace === "item" && first !== "messages",
  );
}

/** Options that meet the schema and yet can't work. */
const gradersWork: PipelineRule = (pipeline) => graderOf(pipeline).flatMap(faultsOf);

function faultsOf(node: GraderNode): readonly Finding[] {
  const { definition, options, pointer, key } = node;
  return [
    ...misplaced(node),
    ...(definition.invalid?.(options) ?? []).map(({ pointer: below, offset, ...fault }) => ({
      ...fault,
      pointer: pointer + below,
      ...(offset === undefined ? {} : { at: { offset, text: textAt(options, below) } }),
    })),
    ...textsOf(node).flatMap(({ pointer: at, text }) =>
      referencesIn(text).faults.map(({ offset, length, ...fault }) => ({
        ...fault,
        pointer: at,
        at: { offset, length, text },
      })),
    ),
    ...(looksAtAnswer(node) ? [] : [blind(pointer, key)]),
  ];
}

function textAt(options: Readonly<Record<string, unknown>>, below: string): string {
  return String(options[below.slice(1)] ?? "");
}

function misplaced({ definition, pointer, key }: GraderNode): readonly Finding[] {
  const { type, only } = definition;
  const place = `${pointer}/type`;
  if (only === "part" && key === undefined) {
    const hint = `Make it the one part of a multi: { type: multi, graders: { label: { type: ${type}, … } }, calculate_output: label }`;
    return [{ pointer: place, message: `The grader ${type} can't stand alone in a training.`, hint }];
  }
  if (only === "alone" && key !== undefined) {
    const hint = "Write its graders and its formula into the outer one.";
    return [{ pointer: place, message: `The grader ${type} can't be a part of another.`, hint }];
  }
  return [];
}

/** A grade that does not depend on the answer teaches nothing. */
function looksAtAnswer(node: GraderNode): boolean {
  const texts = textsOf(node).map(({ text }) => referencesIn(text));
  if (texts.length === 0 || texts.some(({ faults }) => faults.length > 0)) return true;
  return texts.some(({ references }) => references.some(({ path }) => path[0] === "sample"));
}

function blind(pointer: string, key: string | undefined): Finding {
  const name = key === undefined ? "The grader" : `The grader "${key}"`;
  return {
    pointer,
    message: `${name} does not look at the answer, so every answer has the same grade.`,
    hint: "Refer to {{sample.output_text}} in it.",
    on: "key",
  };
}

/** References lead to fields that the item has, and to JSON only where answers are JSON. */
const referencesLeadSomewhere: PipelineRule = (pipeline) => [
  ...(isReadyMade(pipeline.source) ? [] : unknownFields(pipeline)),
  ...jsonWithoutFormat(pipeline),
];

const noItem = 'The item has no fields: add dataset.item, such as { reference_answer: "{{answer}}" }.';

function unknownFields(pipeline: Pipeline): readonly Finding[] {
  const { item = {} } = pipeline.dataset;
  return itemReferences(pipeline).flatMap(({ path: [, field = "", second], pointer, ...at }): Finding[] => {
    if (!Object.hasOwn(item, field)) return [{ ...unknownField(field, Object.keys(item), noItem), pointer, at }];
    if (second === undefined || isJson(item[field])) return [];
    const message = `The item's field "${field}" is a text, which has no "${second}".`;
    return [{ pointer, at, message, hint: `Make it a value: ${field}: { json: "{{json column}}" }` }];
  });
}

/** Fields of ready-made items that the grader refers to and no line has. @param known All keys of the lines. */
export function missingFields({ pipeline, loaded }: Pick<World, "pipeline" | "loaded">, known: readonly string[]) {
  const fields = known.filter((key) => key !== "messages");
  return itemReferences(pipeline).flatMap((reference) => {
    const [, field = ""] = reference.path;
    if (known.length === 0 || fields.includes(field)) return [];
    const { message, hint } = unknownField(field, fields, "Add it to every line.");
    return [problem("error", "ITEM_INVALID", message, { hint, location: locateReference(reference, loaded) })];
  });
}

export function locateReference(
  { pointer, text, offset, length }: PlacedReference,
  { locateIn }: Pick<LoadedPipeline, "locateIn">,
): Location {
  const { line = 1, column } = locateOffset("", text, offset);
  return locateIn(pointer, line, column ?? 1, length);
}

/** Told of a reference. @param known The fields that there are. @param none The hint where there are none. */
function unknownField(
  field: string,
  known: readonly string[],
  none: string,
): { readonly message: string; readonly hint: string } {
  return {
    message: `The item has no field "${field}".`,
    hint: known.length === 0 ? none : didYouMean(field, known, "Fields"),
  };
}

function isJson(field: NonNullable<Dataset["item"]>[string] | undefined): boolean {
  return typeof field === "object" && field.json !== undefined;
}

function jsonWithoutFormat(pipeline: Pipeline): readonly Finding[] {
  if (pipeline.training.response_format !== undefined) return [];
  return referencesOf(graderOf(pipeline))
    .filter(({ path }) => path[0] === "sample" && path[1] === "output_json")
    .map(({ pointer, path: _path, ...at }) => ({
      pointer,
      at,
      message: "There is no sample.output_json without training.response_format.",
      hint: "Add the schema of the answers: training.response_format: { type: json_schema, json_schema: { name: …, schema: … } }",
    }));
}

/** Of the grader, as far as the pipeline file tells. */
export const graderRules: readonly PipelineRule[] = [gradersWork, referencesLeadSomewhere];

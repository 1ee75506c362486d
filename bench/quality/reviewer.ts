import { parse } from "csv-parse/sync";
import type { Pipeline } from "../../src/config/pipeline.gen.ts";
import { assertionsByType } from "../../src/evaluation/assertions/index.ts";
import { type CaseAssertion, parseType, scoreAnswer } from "../../src/evaluation/score.ts";
import { heldOutProducts, heldOutProductWords } from "./held-out.ts";
import type { Answer, QualityTask } from "./task.ts";
import { holdsPhrase, percent } from "./text.ts";

interface Reference {
  readonly product: string;
  /** All other products: of the pipeline's data, and of the other cases. */
  readonly others: readonly string[];
  /** The pipeline's own assertions under the metric `persona`. */
  readonly persona: readonly CaseAssertion[];
}

const referenceOf = (answer: Answer): Reference => answer.case.reference as Reference;

export const hasPersona = (answer: Answer): boolean =>
  referenceOf(answer).persona.every((assertion) => {
    const definition = assertionsByType[parseType(assertion.type).base];
    if (definition === undefined) throw new Error(`no assertion of type ${assertion.type}`);
    return scoreAnswer(definition, assertion, answer.content).pass;
  });

export const namesProduct = (answer: Answer): boolean => holdsPhrase(answer.content, referenceOf(answer).product);

/** Whether it names a product that nobody asked about; one whose name is a part of the right one does not count. */
export const namesAnother = (answer: Answer): boolean => {
  const { product, others } = referenceOf(answer);
  const text = answer.content.toLowerCase();
  return others.some((other) => holdsPhrase(text, other.toLowerCase()) && !holdsPhrase(product, other));
};

/** Does a model keep up the reviewer's voice, and the product, when the product's name is new to it? */
export const reviewer: QualityTask = {
  name: "reviewer",
  pipeline: "pipelines/reviewer.yaml",
  heldOut: heldOutProductWords,
  cases: ({ renderPrompt, readText, pipeline }) => {
    const rows = parse<{ readonly product: string }>(readText("pipelines/data/products.csv"), { columns: true });
    const all = [...rows.map(({ product }) => product), ...heldOutProducts.map(({ name }) => name)];
    const persona = personaOf(pipeline);
    return heldOutProducts.map(({ name }) => ({
      messages: renderPrompt({ product: name }),
      group: "unseen products",
      reference: { product: name, others: all.filter((other) => other !== name), persona } satisfies Reference,
      expected: `an enthusiastic review of: ${name}`,
    }));
  },
  measures: [
    {
      name: "persona present",
      direction: "at least",
      floor: 95,
      aim: 98,
      unit: "%",
      score: (answers) => percent(answers, hasPersona),
      passes: hasPersona,
    },
    {
      name: "product named exactly",
      direction: "at least",
      floor: 80,
      aim: 95,
      unit: "%",
      score: (answers) => percent(answers, namesProduct),
      passes: namesProduct,
    },
    {
      name: "another product named",
      direction: "at most",
      floor: 2,
      aim: 0.5,
      unit: "%",
      score: (answers) => percent(answers, namesAnother),
      passes: (answer) => !namesAnother(answer),
    },
  ],
};

/** @throws Error if the pipeline has none, or one whose value depends on the case. */
function personaOf({ evaluation }: Pipeline): readonly CaseAssertion[] {
  const found = evaluation.tests.flatMap(({ assert }) => assert).filter(({ metric }) => metric === "persona");
  if (found.length === 0) throw new Error("the reviewer has no assertion with the metric persona");
  return found.map(({ type, metric: _metric, ...options }) => {
    if (JSON.stringify(options).includes("{{")) throw new Error("an assertion of the persona depends on its case");
    return { type, negated: parseType(type).negated, options };
  });
}

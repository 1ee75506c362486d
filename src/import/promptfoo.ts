import { assertionsByType } from "../evaluation/assertions/index.ts";
import { parseType } from "../evaluation/score.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A test of a promptfoo config in the words of the pipeline file. */
export interface CarriedTest {
  /** From 1, as in the config. */
  readonly number: number;
  readonly description?: string | undefined;
  readonly vars: Readonly<Record<string, string | number | boolean>>;
  readonly assert: readonly Fields[];
}

/** What stays behind, where it stands, and why. */
export interface LeftBehind {
  /** Such as `test 3, assertion 2 (javascript)`. */
  readonly what: string;
  readonly because: string;
}

export interface PromptfooTests {
  readonly tests: readonly CarriedTest[];
  readonly left: readonly LeftBehind[];
  /** The prompt, if there is one alone that is a text. */
  readonly prompt: string | undefined;
}

/** Whether a YAML file is a promptfoo config. */
export function isPromptfoo(value: Fields): boolean {
  return ("tests" in value || "defaultTest" in value) && !("evaluation" in value);
}

/** The deterministic assertions of a config. Programs are named, never run or read. */
export function readPromptfoo(config: Fields): PromptfooTests {
  const left: LeftBehind[] = [];
  const leave = (what: string, because: string) => void left.push({ what, because });
  const byDefault = fields(config["defaultTest"]);
  const { tests: listed } = config;
  if (typeof listed === "string" || (listed !== undefined && !Array.isArray(listed)))
    leave("tests", "they stand in a file or a program of their own, which is not read");
  const tests = (Array.isArray(listed) ? listed : []).flatMap((test: unknown, index): readonly CarriedTest[] => {
    const number = index + 1;
    if (typeof test === "string") {
      leave(`test ${number}`, `it stands in ${test}, which is not read`);
      return [];
    }
    return readTest(fields(test), byDefault, { number, leave });
  });
  const { prompts } = config;
  const texts = (Array.isArray(prompts) ? prompts : [prompts]).filter((prompt) => prompt !== undefined);
  const [prompt] = texts;
  const isText =
    texts.length === 1 && typeof prompt === "string" && !/^file:\/\/|\.(?:js|ts|mjs|cjs|py|txt|json|md)$/.test(prompt);
  return { tests, left, prompt: isText && isPlainTemplate(prompt) ? prompt : undefined };
}

interface Place {
  readonly number: number;
  readonly leave: (what: string, because: string) => void;
}

function readTest(test: Fields, byDefault: Fields, { number, leave }: Place): readonly CarriedTest[] {
  const at = `test ${number}`;
  const vars: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries({ ...fields(byDefault["vars"]), ...fields(test["vars"]) })) {
    if (typeof value === "string" && value.startsWith("file://")) {
      leave(at, `its variable ${name} is read from ${value}`);
      return [];
    }
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      leave(
        at,
        `its variable ${name} is ${Array.isArray(value) ? "a list: write a test for each" : "no text and no number"}`,
      );
      return [];
    }
    vars[name] = value;
  }
  if (typeof test["threshold"] === "number")
    leave(`${at}, threshold ${test["threshold"]}`, "here all assertions of a case must hold");
  const written = [...list(byDefault["assert"]), ...list(test["assert"])];
  const assert = written.flatMap((assertion, index): readonly Fields[] => {
    const type = String(assertion["type"]);
    const read = readAssertion(assertion, type);
    if ("because" in read) leave(`${at}, assertion ${index + 1} (${type})`, read.because);
    return "because" in read ? [] : [read.assertion];
  });
  if (assert.length === 0) {
    if (written.length === 0) leave(at, "it has no assertion, and would always pass");
    else leave(at, "none of its assertions is left");
    return [];
  }
  const { description } = test;
  return [{ number, vars, assert, ...(typeof description === "string" ? { description } : {}) }];
}

/** Types that are programs. */
const programs = new Set(["javascript", "python", "ruby", "webhook"]);
/** Types that ask another model. */
const judged =
  /^(?:llm-rubric|agent-rubric|search-rubric|g-eval|factuality|model-graded|answer-relevance|context-|conversation-relevance|similar|classifier|moderation|pi$|select-best|human)/;
function readAssertion(
  { metric, weight, ...written }: Fields,
  type: string,
): { readonly assertion: Fields } | { readonly because: string } {
  const { base } = parseType(type);
  if (programs.has(base)) return { because: "it is a program, and was not run" };
  if (judged.test(base)) return { because: "another model judges it" };
  const definition = assertionsByType[base];
  if (definition === undefined) return { because: "there is no such assertion here" };
  if (weight === 0) return { because: "its weight is 0, so that it always passes" };
  if ("transform" in written) return { because: "it changes the answer by a program before it looks at it" };
  const file = textsOf(written["value"]).find((text) => text.startsWith("file://"));
  if (file !== undefined) {
    const isProgram = /\.(?:[cm]?[jt]s|py|rb)(?::\w+)?$/.test(file);
    return {
      because: isProgram
        ? `${file} is a program, and was not run`
        : `its value is read from ${file}: copy it into the pipeline`,
    };
  }
  const odd = textsOf(written["value"]).find((text) => !isPlainTemplate(text));
  if (odd !== undefined) return { because: "its value is a template with more than names in it" };
  const known = Object.keys(definition.options.properties);
  const kept = Object.entries(written).filter(([key, value]) => known.includes(key) && value !== undefined);
  const name = typeof metric === "string" ? metricName(metric) : undefined;
  return { assertion: { type, ...Object.fromEntries(kept), ...(name === undefined ? {} : { metric: name }) } };
}

/** `Facts OK` → facts_ok */
function metricName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return name === "" ? undefined : name;
}

/** Whether all that a Nunjucks template does is to print variables, which Handlebars writes in the same way. */
function isPlainTemplate(text: string): boolean {
  return (
    !/\{%|\{#/.test(text) &&
    (text.match(/\{\{[^}]*\}\}/g) ?? []).every((part) => /^\{\{\s*[A-Za-z_]\w*\s*\}\}$/.test(part))
  );
}

/** Names that plain templates print. */
export function namesIn(value: unknown): readonly string[] {
  return textsOf(value).flatMap((text) =>
    [...text.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g)].map(([, name]) => name as string),
  );
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fields) : []);

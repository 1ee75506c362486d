import { type Problem, problem } from "../../core/errors.ts";
import { columnPath, heading, inComment } from "../../core/notation.ts";
import { plural } from "../../core/units.ts";
import type { ColumnProfile, CsvProfile } from "./columns.ts";
import { type Guess, guessTask } from "./guess.ts";
import type { InitPlan } from "./plan.ts";
import { pipelineYaml } from "./proposal-yaml.ts";

export interface ProposalInputs {
  /** The pipeline's name. */
  readonly name: string;
  readonly profile: CsvProfile;
  /** The CSV's path as the pipeline has it, relative to the YAML file. */
  readonly sourcePath: string;
  /** As messages show it. */
  readonly displayPath: string;
}

/** Fewest rows that leave ten for training after a tenth each for validation and test, with some luck to spare. */
const comfortableRows = 14;
/** Words of a row that surely fit the built-in model's context of 256 tokens. */
const longestLocal = 120;

/** Proposes a pipeline for a CSV of at least two columns: one to look over and change, but one that runs. */
export function planProposal(inputs: ProposalInputs): InitPlan {
  const { name, profile } = inputs;
  const guess = guessTask(profile);
  return {
    name,
    files: [
      { path: `pipelines/${name}.yaml`, text: pipelineYaml(guess, inputs), what: "the pipeline: look it over" },
      { path: `templates/${name}/user.hbs`, text: userTemplate(guess), what: "what the model is asked" },
      {
        path: `templates/${name}/assistant.hbs`,
        text: `{{!-- What the model learns to answer. --}}\n{{${columnPath(guess.answer.column.name)}}}\n`,
        what: "what it learns to answer",
      },
    ],
    findings: findingsOf(guess, inputs),
    warnings: [...profile.warnings, ...warningsOf(guess, inputs)],
  };
}

/**
 * One column is asked as it is; several each get a line with their name. A line whose cell may be empty
 * brings its own line break, so the first line is one that is always there.
 */
function userTemplate({ inputs }: Guess): string {
  const comment = "{{!-- What the model is asked; name any column as {{column}}. --}}\n";
  const [first, ...rest] = alwaysFirst(inputs);
  if (first === undefined) throw new Error("a CSV of two columns has one that is not the answer");
  const value = ({ name }: ColumnProfile) => `{{${columnPath(name)}}}`;
  if (rest.length === 0) return `${comment}${value(first)}\n`;
  const line = (column: ColumnProfile) => `\n${heading(column.name)}: ${value(column)}`;
  const lines = rest.map((column) =>
    column.empty === 0 ? line(column) : `{{#if ${columnPath(column.name)}}}${line(column)}{{/if}}`,
  );
  return `${comment}${line(first).trimStart()}${lines.join("")}\n`;
}

/** The columns in their order, but the first one without empty cells, or with the fewest, before them. */
function alwaysFirst(columns: readonly ColumnProfile[]): readonly ColumnProfile[] {
  const first = columns.find(({ empty }) => empty === Math.min(...columns.map((column) => column.empty)));
  return columns.toSorted((a, b) => Number(b === first) - Number(a === first));
}

function findingsOf({ key, answer, inputs, leftOut, labels }: Guess, { profile, displayPath }: ProposalInputs) {
  const { rows, columns, delimiter } = profile;
  const parted = delimiter === "," ? "" : `, parted by ${delimiter === "\t" ? "tabs" : `"${delimiter}"`}`;
  const names = (list: readonly ColumnProfile[]) => list.map(({ name }) => inComment(name)).join(", ");
  const [commonest] = labels ?? [];
  const task =
    commonest === undefined
      ? `texts of ${range(answer.column.words)} words`
      : `classification: ${labels?.length} different answers in ${rows} rows`;
  const findings: [string, string][] = [
    ["source", `${displayPath}: ${plural(rows, "row")}, ${columns.length} columns${parted}`],
    [
      "key",
      key === undefined ? "none: no column differs in every row" : `${inComment(key.column.name)} (${key.because})`,
    ],
    ["answer", `${inComment(answer.column.name)} (${answer.because})`],
    ["task", task],
    ["asked", names(inputs)],
  ];
  if (leftOut.length > 0) findings.push(["left out", `${names(leftOut)} (no content)`]);
  return findings;
}

function range({ least, most }: ColumnProfile["words"]): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}

function warningsOf({ answer, inputs, labels }: Guess, { profile, displayPath }: ProposalInputs): readonly Problem[] {
  const warnings: Problem[] = [];
  const file = displayPath;
  const warn = (code: Problem["code"], message: string, details: { hint: string; line?: number | undefined }) =>
    warnings.push(
      problem("warning", code, message, {
        hint: details.hint,
        location: details.line === undefined ? { file } : { file, line: details.line },
      }),
    );
  const { rows, longestRow } = profile;
  if (rows < comfortableRows) {
    const message = `The file has ${plural(rows, "row")}; at least 10 training examples are needed after the split.`;
    warn("EXAMPLES_TOO_FEW", message, { hint: "Add rows before you run it." });
  }
  const [onlyInput] = inputs.length === 1 ? inputs : [];
  for (const { name, empty, firstEmpty } of [answer.column, onlyInput].filter((column) => column !== undefined)) {
    if (empty === 0) continue;
    const cells = empty === 1 ? "1 cell" : `${empty} cells`;
    warn("TEMPLATE_EMPTY_CELL", `The column "${name}" has ${cells} with nothing in it.`, {
      hint: "Fill them or remove the rows: an example needs a question and an answer.",
      line: firstEmpty,
    });
  }
  const written = new Map<string, string>();
  for (const { text } of labels ?? []) {
    const folded = text.trim().toLowerCase();
    const other = written.get(folded);
    if (other !== undefined) {
      const message = `The answers ${JSON.stringify(other)} and ${JSON.stringify(text)} differ only in case or white space.`;
      warn("RULE_BROKEN", message, { hint: "Make them one in the file, and in the pipeline's one_of rule." });
    }
    written.set(folded, other ?? text);
  }
  if (longestRow.words > longestLocal) {
    warn(
      "EXAMPLE_INVALID",
      `The longest row has ${longestRow.words} words; the built-in model takes 256 tokens, about ${longestLocal} words.`,
      {
        hint: "Shorten long rows, leave columns out of user.hbs, or train another target.",
        line: longestRow.line,
      },
    );
  }
  return warnings;
}

import { inComment, schemaLine, yamlText } from "../../core/notation.ts";
import type { Guess, Label } from "./guess.ts";
import type { ProposalInputs } from "./proposal.ts";

/** The text of the proposed pipeline, with a comment on each choice. */
export function pipelineYaml(guess: Guess, inputs: ProposalInputs): string {
  const { name, displayPath } = inputs;
  return [
    schemaLine,
    "",
    `# Proposed by \`ftpipe init\` for ${inComment(displayPath)}. It is yours now: look it over and change it.`,
    "#",
    `#   npx ftpipe check ${name}     reads everything, changes nothing`,
    `#   npx ftpipe run ${name}       trains the built-in model: free, on this machine`,
    "",
    "version: 1",
    `name: ${yamlText(name)}`,
    `description: ${yamlText(`Gives ${inComment(guess.answer.column.name)} for ${listInputs(guess)}`)}`,
    "",
    ...sourceLines(guess, inputs),
    "",
    ...datasetLines(guess, inputs),
    "",
    ...trainingLines(inputs),
    "",
    ...evaluationLines(guess),
    "",
  ].join("\n");
}

function listInputs({ inputs }: Guess): string {
  const names = inputs.map(({ name }) => inComment(name));
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function sourceLines({ key, inputs }: Guess, { sourcePath, profile }: ProposalInputs): readonly string[] {
  // With another column that is never empty, those that may be are tested in the template.
  const everyInputMayBeEmpty = inputs.length > 1 && inputs.every(({ empty }) => empty > 0);
  const leading = everyInputMayBeEmpty ? [...inputs].sort((a, b) => a.empty - b.empty)[0] : undefined;
  return [
    "source:",
    "  type: csv",
    `  path: ${yamlText(sourcePath)}`,
    ...(profile.delimiter === "," ? [] : [`  delimiter: ${JSON.stringify(profile.delimiter)}`]),
    ...(key === undefined
      ? ["  # key: a column that names a row for good; without one, a row that is edited counts as another row"]
      : [`  key: ${yamlText(key.column.name)}   # names a row for good: it stays in its split when others come or go`]),
    ...(leading === undefined
      ? []
      : [`  allow_empty: [${yamlText(leading.name)}]   # its cells may have nothing in them`]),
  ];
}

function datasetLines({ answer, labels }: Guess, { name, profile }: ProposalInputs): readonly string[] {
  const test = profile.rows < 50 ? 0.1 : 0.2;
  return [
    "dataset:",
    "  seed: 7                       # of the split; another number, another draw",
    "  messages:                     # a row becomes one training example",
    ...systemLines(labels),
    "    - role: user",
    `      template: ../templates/${name}/user.hbs`,
    "    - role: assistant           # what the model learns to say",
    `      template: ../templates/${name}/assistant.hbs`,
    "  rules:                        # the data must meet these, or nothing is trained",
    ...(labels === undefined
      ? [
          `    - { type: min_words, role: assistant, value: ${Math.max(1, answer.column.words.least)} }   # the shortest answer now; raise it to find poor ones`,
        ]
      : [
          "    - type: one_of              # the labels: any other answer stops the run",
          "      role: assistant",
          "      values:",
          ...labels.map(({ text }) => `        - ${yamlText(text)}`),
        ]),
    `  split: { validation: 0.1, test: ${test} }   # shares of the rows that are kept out of the training`,
  ];
}

/** Labels stand in the system message, unless one of them would be read as a template. */
function systemLines(labels: readonly Label[] | undefined): readonly string[] {
  const example = '    # - { role: system, content: "You are …" }   # sent with every request: keep it short';
  if (labels === undefined || labels.some(({ text }) => /[{\\]/.test(text))) return [example];
  const list = labels.map(({ text }) => inComment(text)).join(", ");
  return ["    - role: system", `      content: ${yamlText(`Answer with one of: ${list}.`)}`];
}

function trainingLines({ name, profile: { rows } }: ProposalInputs): readonly string[] {
  const epochs = rows < 300 ? 12 : rows < 1000 ? 6 : undefined;
  const passes = epochs === undefined ? "" : `, hyperparameters: { n_epochs: ${epochs} }`;
  return [
    "training:",
    `  suffix: ${yamlText(name)}   # becomes part of the tuned model's name`,
    "  seed: 7",
    "",
    "targets:",
    ...(epochs === undefined
      ? []
      : ["  # The built-in model starts from nothing, so it needs more passes than a large one."]),
    `  local:  { provider: local, model: ftpipe-mini${passes} }`,
    "  openai: { provider: openai, model: gpt-4.1-mini-2025-04-14 }   # costs money: asks first, reads OPENAI_API_KEY",
    "default_target: local",
  ];
}

function evaluationLines(guess: Guess): readonly string[] {
  const { answer, inputs, labels } = guess;
  const head = (maxTokens: number) => [
    "evaluation:",
    "  compare: [base]               # the untuned model answers the same questions",
    `  defaults: { temperature: 0, max_tokens: ${maxTokens} }`,
    "  tests:",
    "    - from: split.test          # the rows that were held out; {{expected}} is their answer",
  ];
  const vars = inputs.map(({ name }) => `${yamlText(name)}: "…"`).join(", ");
  const ownCase = (assertion: string) => [
    "    # A question of your own; vars stand for a row.",
    `    # - vars: { ${inComment(vars)} }`,
    `    #   assert: [${inComment(assertion)}]`,
  ];
  if (labels === undefined) {
    const { least, most } = answer.column.words;
    const bounds = `{ min: ${Math.max(1, Math.floor(least / 2))}, max: ${Math.max(1, Math.ceil(most * 1.5))} }`;
    return [
      ...head(Math.max(50, most * 4)),
      "      assert:                   # all must hold; `metric` names what is counted",
      `        - { type: word-count, value: ${bounds}, metric: length }`,
      "        # What every good answer has, such as a word or a tone:",
      '        # - { type: icontains-any, value: ["…", "…"], metric: tone }',
      ...ownCase('{ type: icontains, value: "…", metric: facts }'),
      "  gate:                         # all must hold, or the tuned model is not accepted (exit code 3)",
      "    - { metric: length, minimum: 0.8 }",
    ];
  }
  const [commonest = { text: "", share: 0 }] = labels;
  const share = Math.round(commonest.share * 100);
  const minimum = Math.min(0.95, Math.ceil((commonest.share + 0.1) * 20 - 1e-9) / 20);
  return [
    ...head(Math.max(8, ...labels.map(({ text }) => text.length))),
    '      assert: [{ type: equals, value: "{{expected}}", metric: label }]',
    ...ownCase(`{ type: equals, value: ${yamlText(commonest.text)}, metric: label }`),
    "  gate:                         # all must hold, or the tuned model is not accepted (exit code 3)",
    `    # Always answering ${inComment(yamlText(commonest.text))} would be right in ${share} % of the rows; raise this as the model gets better.`,
    `    - { metric: accuracy, minimum: ${minimum} }`,
    "    - { metric: accuracy, against: base, minimum_gain: 0.1 }",
  ];
}

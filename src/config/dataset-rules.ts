import { plural } from "../core/units.ts";
import { itemRules } from "./item-rules.ts";
import type { Dataset, Pipeline, Preference, Training } from "./pipeline.gen.ts";
import type { Finding, PipelineRule } from "./pipeline-rule.ts";
import { isReadyMade } from "./ready-made.ts";
import { toolRules } from "./tool-rules.ts";

/** A message has either `content` or `template`, or calls tools; and a weight only if the assistant speaks. */
const messageHasOneText: PipelineRule = ({ dataset }) =>
  dataset.messages.flatMap((message, index) => {
    const pointer = `/dataset/messages/${index}`;
    const findings: Finding[] = [];
    if (message.turns !== undefined) return besideTurns(message, pointer);
    if (message.role === undefined) {
      const hint = "Who speaks: system, user, assistant or tool. Or give `turns`, the messages of a list.";
      findings.push({ pointer, message: `dataset.messages[${index}] has no "role".`, hint });
    }
    if (message.content === undefined && message.template === undefined && message.tool_calls === undefined) {
      const hint = "Give `content` (a template, inline) or `template` (the path of one).";
      findings.push({ pointer, message: "The message has no text.", hint });
    }
    if (message.content !== undefined && message.template !== undefined) {
      findings.push({
        pointer: `${pointer}/template`,
        message: "The message has both `content` and `template`.",
        hint: "Keep one of them.",
        on: "key",
      });
    }
    if (message.weight !== undefined && message.role !== "assistant") {
      findings.push({
        pointer: `${pointer}/weight`,
        message: `A ${message.role} message can't have a weight.`,
        hint: "Only the assistant's messages are trained on.",
        on: "key",
      });
    }
    return findings;
  });

/** Turns bring their own roles and texts. */
function besideTurns(message: Dataset["messages"][number], pointer: string): readonly Finding[] {
  return (["role", "content", "template", "name", "tool_calls", "weight"] as const)
    .filter((key) => message[key] !== undefined)
    .map((key) => ({
      pointer: `${pointer}/${key}`,
      message: `A message of \`turns\` has no \`${key}\` of its own.`,
      hint: "Remove it, or make it a message of its own.",
      on: "key" as const,
    }));
}

/** One list of turns, so that it is clear which message came from where; and a group only for what becomes an example. */
const turnsAreOne: PipelineRule = ({ source, dataset: { messages } }) => {
  const second = messages
    .map(({ turns }, index) => (turns === undefined ? -1 : index))
    .filter((index) => index >= 0)[1];
  const findings: Finding[] = [];
  if (second !== undefined) {
    const message = "dataset.messages has more than one list of turns.";
    findings.push({ pointer: `/dataset/messages/${second}`, message, hint: "Keep one of them." });
  }
  if (source.group !== undefined && isReadyMade(source)) {
    const message = "A source of ready-made messages has no groups.";
    findings.push({ pointer: "/source/group", message, hint: "Each of its lines is an example already.", on: "key" });
  }
  return findings;
};

/** Rows need messages to become examples; ready-made examples must not have any. */
const messagesFitTheSource: PipelineRule = (pipeline) =>
  isReadyMade(pipeline.source) ? notForReadyMade(pipeline.dataset) : messagesMakeExamples(pipeline);

/** What a ready-made line brings itself. */
const ofTemplates = ["messages", "preference", "item", "tools", "parallel_tool_calls", "images"] as const;

function notForReadyMade(dataset: Dataset): readonly Finding[] {
  const { messages, variants } = dataset;
  const key = ofTemplates.find((name) => (name === "messages" ? messages.length > 0 : dataset[name] !== undefined));
  if (key !== undefined) {
    return [
      {
        pointer: `/dataset/${key}`,
        message: `A source of ready-made messages takes no dataset.${key}.`,
        hint: "Its lines bring their own. Remove it, or set source.type to csv or jsonl.",
        on: "key",
      },
    ];
  }
  if (variants === 1) return [];
  return [
    {
      pointer: "/dataset/variants",
      message: "A source of ready-made messages has one variant.",
      hint: "Remove `variants`.",
      on: "key",
    },
  ];
}

function messagesMakeExamples({ dataset, training: { method } }: Pipeline): readonly Finding[] {
  const { messages, preference } = dataset;
  if (messages.length === 0) {
    const upTo = {
      supervised: "the assistant's last",
      dpo: "up to the question that both answers answer",
      reinforcement: "up to the question whose answers are graded",
    };
    return [
      {
        pointer: "/dataset/messages",
        message: "The pipeline has no dataset.messages.",
        hint: `Say which messages a row becomes, ${upTo[method]}.`,
      },
    ];
  }
  if ((method === "dpo") !== (preference !== undefined)) return [methodWithoutData(method)];
  return method === "supervised" ? messagesAnswer(messages) : messagesAsk(messages, method);
}

const preferenceSample = "{ column: preferred, choices: { a: '{{answer_a}}', b: '{{answer_b}}' } }";

function methodWithoutData(method: Training["method"]): Finding {
  if (method === "dpo") {
    return {
      pointer: "/training/method",
      message: "The method dpo needs two answers to each row's messages: dataset.preference.",
      hint: `Add to dataset: preference: ${preferenceSample}`,
    };
  }
  return {
    pointer: "/dataset/preference",
    message: `dataset.preference is for the method dpo, and training.method is ${method}.`,
    hint: "Set training: { method: dpo }, or make the one answer the last of dataset.messages.",
    on: "key",
  };
}

/** Where the answers stand elsewhere, or are the model's own, all messages are context. */
function messagesAsk(
  messages: Dataset["messages"],
  method: Exclude<Training["method"], "supervised">,
): readonly Finding[] {
  const answers = {
    dpo: "by the method dpo both answers stand in dataset.preference",
    reinforcement: "by the method reinforcement the model gives the answer itself",
  };
  const remove = "Remove it: let the messages end with the user's question.";
  const told = method === "dpo" ? "" : " What the grader should know of the right answer is a field of dataset.item.";
  const last = messages.length - 1;
  const weighted = messages.findIndex(({ weight }) => weight !== undefined);
  return [
    ...(messages[last]?.role === "assistant"
      ? [
          {
            pointer: `/dataset/messages/${last}/role`,
            message: `The last message is the assistant's, but ${answers[method]}.`,
            hint: remove + told,
          },
        ]
      : []),
    ...(weighted < 0
      ? []
      : [
          {
            pointer: `/dataset/messages/${weighted}/weight`,
            message: `The method ${method} knows no weights: all messages are context.`,
            hint: "Remove `weight`.",
            on: "key" as const,
          },
        ]),
  ];
}

function messagesAnswer(messages: Dataset["messages"]): readonly Finding[] {
  const last = messages.at(-1);
  if (messages.some(({ turns }) => turns !== undefined)) return []; // the rows decide who speaks last
  const pointer = `/dataset/messages/${messages.length - 1}`;
  if (last?.role !== "assistant") {
    return [
      {
        pointer: `${pointer}/role`,
        message: `The last message is the ${last?.role}'s, not the assistant's.`,
        hint: "An example ends with the answer that the model should learn.",
      },
    ];
  }
  if (messages.some(({ role, weight }) => role === "assistant" && weight !== 0)) return [];
  return [
    {
      pointer: `${pointer}/weight`,
      message: "No message is trained on: every weight is 0.",
      hint: "Leave the weight of the last message out.",
    },
  ];
}

const formsOfPreference = [
  ["column", "choices"],
  ["preferred", "rejected"],
] as const;

/** Either a column that chooses one of two, or two answers of which the better one is known. */
const preferenceIsWhole: PipelineRule = ({ dataset: { preference } }) => {
  if (preference === undefined) return [];
  const isGiven = (key: keyof Preference) => preference[key] !== undefined;
  const [form, other] = formsOfPreference.filter((keys) => keys.some(isGiven));
  if (form !== undefined && other !== undefined) {
    const [first, second] = [form.find(isGiven), other.find(isGiven)];
    const message = `dataset.preference has both \`${first}\` and \`${second}\`.`;
    const hint = "Keep `column` and `choices`, or `preferred` and `rejected`.";
    return [{ pointer: `/dataset/preference/${second}`, message, hint, on: "key" }];
  }
  const missing = form?.find((key) => !isGiven(key));
  if (form === undefined || missing !== undefined) {
    const message = `dataset.preference has no ${missing === undefined ? "answers" : `\`${missing}\``}.`;
    const hint = `Such as ${preferenceSample}, or { preferred: '{{good}}', rejected: '{{bad}}' }.`;
    return [{ pointer: "/dataset/preference", message, hint, on: "key" }];
  }
  return preference.column === undefined ? tieValuesNeedColumn(preference) : choicesAreTwo(preference);
};

function choicesAreTwo({ choices = {}, tie_values: ties }: Preference): readonly Finding[] {
  const names = Object.keys(choices);
  const pointer = "/dataset/preference/choices";
  if (names.length !== 2) {
    const message = `dataset.preference.choices has ${plural(names.length, "answer")}, not two.`;
    const hint = "A preference is between exactly two: name both, as the column does.";
    return [{ pointer, message, hint, on: "key" }];
  }
  return names
    .filter((name) => ties.includes(name))
    .map((name) => ({
      pointer,
      message: `"${name}" is the name of a choice and also one of tie_values.`,
      hint: "Give tie_values other words.",
    }));
}

function tieValuesNeedColumn({ tie_values: ties }: Preference): readonly Finding[] {
  if (ties.length === 1 && ties[0] === "tie") return [];
  return [
    {
      pointer: "/dataset/preference/tie_values",
      message: "tie_values are cells of `column`, and there is none.",
      hint: "Remove them: without a column only equal answers are a tie.",
      on: "key",
    },
  ];
}

/** Hyperparameters that only one method has. */
const methodOf: Readonly<Record<string, Training["method"]>> = {
  beta: "dpo",
  reasoning_effort: "reinforcement",
  compute_multiplier: "reinforcement",
  eval_interval: "reinforcement",
  eval_samples: "reinforcement",
};

/** Beside another method nobody would hear of them. */
const hyperparametersAreOfTheMethod: PipelineRule = ({ training, targets }) => {
  const places = [
    ["/training", training.hyperparameters] as const,
    ...Object.entries(targets).map(([name, { hyperparameters }]) => [`/targets/${name}`, hyperparameters] as const),
  ];
  return places.flatMap(([at, given = {}]) =>
    Object.keys(given)
      .filter((name) => Object.hasOwn(methodOf, name) && methodOf[name] !== training.method)
      .map((name) => ({
        pointer: `${at}/hyperparameters/${name}`,
        message: `${name} is a hyperparameter of the method ${methodOf[name]}, and training.method is ${training.method}.`,
        hint: `Remove it, or set training: { method: ${methodOf[name]} }.`,
        on: "key" as const,
      })),
  );
};

/** Of the examples: their messages, their answers, and how they are learnt. */
export const datasetRules: readonly PipelineRule[] = [
  turnsAreOne,
  messageHasOneText,
  messagesFitTheSource,
  preferenceIsWhole,
  hyperparametersAreOfTheMethod,
  ...itemRules,
  ...toolRules,
];

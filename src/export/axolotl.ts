import type { TrainingLine } from "../dataset/example.ts";
import {
  declaredTools,
  learntPlaces,
  type TemplateMessage,
  templateMessages,
  type WriteArguments,
} from "./messages.ts";
import type { Recipe } from "./recipe.ts";
import {
  lineSettings,
  type MadeRows,
  type SettingMap,
  type SettingSection,
  type Style,
  type Trainer,
} from "./trainer.ts";

/** Axolotl (https://docs.axolotl.ai/docs/config-reference.html, /docs/dataset-formats/conversation.html). */
export const axolotl: Trainer = {
  name: "axolotl",
  packages: ["axolotl==0.21.0"],
  configFile: "axolotl.yaml",
  refuses: ({ method, tools }) =>
    method === "dpo" && tools > 0
      ? "axolotl's DPO reads only the role and the text of a message: tools and their calls would be lost. --target trl keeps them."
      : undefined,
  rows,
  config: (recipe) => [model(recipe), data(recipe), adapter(recipe), training(recipe), bookkeeping(recipe)],
  command: () => "axolotl train axolotl.yaml",
};

/** It reads them itself; as a text, the calls of all rows have one type. */
const asJson: WriteArguments = (json) => json;

/** What axolotl looks at to know which messages are learnt. */
type MarkedMessage = TemplateMessage & { readonly train: boolean };

function rows(line: TrainingLine, style: Style): MadeRows {
  if (!("messages" in line)) {
    const { input, preferred_output: preferred, non_preferred_output: rejected } = line;
    const [chosen] = templateMessages(preferred, asJson);
    const [other] = templateMessages(rejected, asJson);
    return { rows: [{ messages: templateMessages(input.messages, asJson), chosen, rejected: other }] };
  }
  const { messages } = line;
  const written = templateMessages(messages, asJson);
  const places = learntPlaces(messages);
  const marked = (learnt: readonly number[]): readonly MarkedMessage[] =>
    written.map((message, place) => ({ ...message, train: learnt.includes(place) }));
  const declared = declaredTools(lineSettings(line));
  const tools = declared.length === 0 ? {} : { tools: declared.map(withTextParameters) };
  return {
    rows:
      style === "messages"
        ? [{ messages: marked(places), ...tools }]
        : places.map((place) => ({ messages: marked([place]).slice(0, place + 1), ...tools })),
  };
}

/** Schemas as texts, which axolotl reads itself: the column has one type, whatever the rows declare. */
function withTextParameters({ type, function: { parameters, ...declared } }: ReturnType<typeof declaredTools>[number]) {
  return {
    type,
    function: { ...declared, ...(parameters === undefined ? {} : { parameters: JSON.stringify(parameters) }) },
  };
}

function model({ base }: Recipe): SettingSection {
  return {
    title: "Base",
    settings: [
      { option: "base_model", value: base },
      { option: "bf16", value: true },
      { option: "load_in_4bit", value: false, why: "with adapter: qlora, true where the base does not fit the GPU" },
      { option: "load_in_8bit", value: false },
    ],
  };
}

function data({ method, rows: { validation }, dataId, maxLength }: Recipe): SettingSection {
  const dataset = (path: string): SettingMap => ({
    path,
    ds_type: "json",
    split: "train",
    ...(method === "dpo"
      ? { type: "chat_template.default", field_messages: "messages" }
      : {
          type: "chat_template",
          field_messages: "messages",
          message_field_training: "train",
          roles_to_train: [],
          train_on_eos: "turn",
        }),
  });
  return {
    title: "Data",
    settings: [
      ...(method === "dpo" ? [{ option: "rl", value: "dpo" }] : []),
      {
        option: "datasets",
        value: [dataset("data/train.jsonl")],
        why: method === "dpo" ? undefined : "each message says by `train` whether it is learnt",
      },
      ...(validation === 0 ? [] : [{ option: "test_datasets", value: [dataset("data/validation.jsonl")] }]),
      { option: "val_set_size", value: 0, why: "no training row is held out on top" },
      { option: "chat_template", value: "tokenizer_default", why: "that of the base" },
      {
        option: "dataset_prepared_path",
        value: `prepared/${dataId}`,
        why: "named by the data: prepared rows of other data are not taken for these",
      },
      { option: "sequence_len", value: maxLength.value, why: `default 512, longer rows are dropped; ${maxLength.why}` },
      ...(method === "dpo" ? [] : [{ option: "train_on_inputs", value: false }]),
      { option: "sample_packing", value: false, why: "rows are not run together, so that none sees another" },
      { option: "eval_sample_packing", value: false },
      { option: "pad_to_sequence_len", value: false },
    ],
  };
}

function adapter({ lora }: Recipe): SettingSection {
  return {
    title: "LoRA",
    settings: [
      { option: "adapter", value: "lora", why: "unset, all weights would be trained" },
      { option: "lora_r", value: lora.rank },
      { option: "lora_alpha", value: lora.alpha },
      { option: "lora_dropout", value: lora.dropout },
      { option: "lora_target_linear", value: true, why: "all linear layers" },
    ],
  };
}

function training({ method, epochs, batch, learningRate, seed, beta, warmupSteps }: Recipe): SettingSection {
  return {
    title: "Training",
    settings: [
      { option: "num_epochs", value: epochs.value, why: `default 1; ${epochs.why}` },
      { option: "micro_batch_size", value: batch.perDevice },
      {
        option: "gradient_accumulation_steps",
        value: batch.accumulation,
        why: `${batch.effective} rows a step for each GPU; ${batch.why}`,
      },
      { option: "learning_rate", value: learningRate.value, why: learningRate.why },
      { option: "lr_scheduler", value: "linear", why: "default cosine" },
      { option: "warmup_steps", value: warmupSteps, why: "3 % of the steps on one GPU" },
      { option: "optimizer", value: "adamw_torch_fused" },
      { option: "gradient_checkpointing", value: true, why: "less memory for some 20 % of the speed" },
      { option: "seed", value: seed.value, why: seed.why },
      ...(method === "dpo" ? [{ option: "rl_beta", value: beta.value, why: beta.why }] : []),
    ],
  };
}

function bookkeeping({ rows: { validation }, batch }: Recipe): SettingSection {
  return {
    title: "Evaluation, checkpoints, logs",
    settings: [
      ...(validation === 0
        ? [{ option: "eval_strategy", value: "no", why: "the pipeline holds no validation rows out" }]
        : [
            { option: "eval_strategy", value: "epoch" },
            { option: "eval_batch_size", value: batch.perDevice },
          ]),
      { option: "save_strategy", value: "epoch" },
      { option: "save_total_limit", value: 2, why: "by default every checkpoint stays" },
      { option: "logging_steps", value: 1 },
      { option: "use_wandb", value: false, why: "nothing leaves this machine" },
      { option: "output_dir", value: "output" },
    ],
  };
}

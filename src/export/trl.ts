import { isLearnt } from "../core/chat.ts";
import type { TrainingLine } from "../dataset/example.ts";
import { declaredTools, learntPlaces, templateMessages, type WriteArguments } from "./messages.ts";
import { type Recipe, warmupShare } from "./recipe.ts";
import { lineSettings, type MadeRows, type Setting, type SettingSection, type Style, type Trainer } from "./trainer.ts";

/**
 * Hugging Face's TRL: `trl sft` and `trl dpo`
 * (https://huggingface.co/docs/trl/en/dataset_formats, /sft_trainer, /dpo_trainer).
 */
export const trl: Trainer = {
  name: "trl",
  packages: ["trl[peft]==1.13.0", "transformers==5.18.0", "datasets==5.0.1"],
  configFile: "trl.yaml",
  refuses: () => undefined,
  rows,
  config: (recipe) => [
    model(recipe),
    data(recipe),
    adapter(recipe),
    training(recipe),
    ...(recipe.method === "dpo" ? [preference(recipe)] : []),
    bookkeeping(recipe),
  ],
  command: (method) => `trl ${method === "dpo" ? "dpo" : "sft"} --config trl.yaml`,
};

/** Templates print the object that they get; a text would be printed in quotes. */
const asObject: WriteArguments = (json) => JSON.parse(json) as unknown;

function rows(line: TrainingLine, style: Style): MadeRows {
  // As a text: rows of one file may declare whatever they like, and the column still has one type.
  const declared = declaredTools(lineSettings(line));
  const tools = declared.length === 0 ? {} : { tools: JSON.stringify(declared) };
  if (!("messages" in line)) {
    const { input, preferred_output: preferred, non_preferred_output: rejected } = line;
    return {
      rows: [
        {
          prompt: templateMessages(input.messages, asObject),
          chosen: templateMessages(preferred, asObject),
          rejected: templateMessages(rejected, asObject),
          ...tools,
        },
      ],
    };
  }
  const { messages } = line;
  const written = templateMessages(messages, asObject);
  if (style === "messages") {
    const context = messages.some((message) => message.role === "assistant" && !isLearnt(message));
    return context
      ? {
          fault: "An answer with weight 0 would be trained on all the same: trl does not look at weights in messages.",
          hint: "--style prompt-completion keeps to them.",
        }
      : { rows: [{ messages: written, ...tools }] };
  }
  const places = learntPlaces(messages);
  if (places[0] === 0) {
    return {
      fault: "The first message is an answer that is learnt, and trl needs a prompt before each.",
      hint: "Give it weight 0, or put a message before it.",
    };
  }
  return {
    rows: places.map((place) => ({ prompt: written.slice(0, place), completion: [written[place]], ...tools })),
  };
}

function model({ base }: Recipe): SettingSection {
  return {
    title: "Base",
    settings: [
      { option: "model_name_or_path", value: base },
      { option: "model_revision", value: "main", why: "pin a commit of it to get the same weights next year" },
      { option: "dtype", value: "bfloat16", why: "trl loads float32 by default, twice the memory" },
    ],
  };
}

function data({ method, style, rows: { validation }, maxLength }: Recipe): SettingSection {
  const loss: readonly Setting[] =
    method === "dpo"
      ? []
      : [
          style === "messages"
            ? {
                option: "assistant_only_loss",
                value: true,
                why: "by default the loss is on all messages; needs a template with generation marks",
              }
            : { option: "completion_only_loss", value: true, why: "the prompt is context" },
          { option: "packing", value: false, why: "rows are not run together, so that none sees another" },
        ];
  return {
    title: "Data",
    settings: [
      { option: "dataset_name", value: "data", why: "the folder beside this file: train.jsonl and validation.jsonl" },
      { option: "dataset_train_split", value: "train" },
      ...(validation === 0
        ? []
        : [{ option: "dataset_test_split", value: "validation", why: "trl looks for one called test" }]),
      { option: "max_length", value: maxLength.value, why: `default 1024, cut without a word; ${maxLength.why}` },
      ...loss,
    ],
  };
}

function adapter({ lora }: Recipe): SettingSection {
  return {
    title: "LoRA",
    settings: [
      { option: "use_peft", value: true, why: "false would train all weights" },
      { option: "lora_r", value: lora.rank },
      { option: "lora_alpha", value: lora.alpha },
      { option: "lora_dropout", value: lora.dropout },
      {
        option: "lora_target_modules",
        value: ["all-linear"],
        why: "unset, PEFT takes a few modules, others for each architecture",
      },
      { option: "load_in_4bit", value: false, why: "true (QLoRA) where the base does not fit the GPU" },
    ],
  };
}

function training({ epochs, batch, learningRate, seed }: Recipe): SettingSection {
  return {
    title: "Training",
    settings: [
      { option: "num_train_epochs", value: epochs.value, why: epochs.why },
      { option: "per_device_train_batch_size", value: batch.perDevice, why: "default 8" },
      {
        option: "gradient_accumulation_steps",
        value: batch.accumulation,
        why: `${batch.effective} rows a step for each GPU; ${batch.why}`,
      },
      { option: "learning_rate", value: learningRate.value, why: learningRate.why },
      { option: "lr_scheduler_type", value: "linear" },
      {
        option: "warmup_steps",
        value: warmupShare,
        why: "below 1: a share of all steps; transformers 5 has no warmup_ratio any more",
      },
      { option: "bf16", value: true },
      { option: "gradient_checkpointing", value: true, why: "less memory for some 20 % of the speed" },
      { option: "seed", value: seed.value, why: seed.why },
      { option: "data_seed", value: seed.value, why: "the order of the rows" },
    ],
  };
}

function preference({ beta }: Recipe): SettingSection {
  return {
    title: "Preference",
    settings: [
      { option: "beta", value: beta.value, why: beta.why },
      { option: "loss_type", value: ["sigmoid"], why: "DPO as it was published" },
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
            { option: "eval_strategy", value: "epoch", why: "default no: the validation rows would not be looked at" },
            { option: "per_device_eval_batch_size", value: batch.perDevice, why: "default 8" },
          ]),
      { option: "save_strategy", value: "epoch" },
      { option: "save_total_limit", value: 2, why: "by default every checkpoint stays" },
      { option: "logging_steps", value: 1 },
      { option: "report_to", value: "none", why: "or [wandb]; nothing leaves this machine" },
      { option: "push_to_hub", value: false },
      { option: "output_dir", value: "output" },
    ],
  };
}

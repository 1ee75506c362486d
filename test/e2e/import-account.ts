/** An account's past, as `ftpipe serve --seed-state` takes it: a job of each shape that OpenAI's API ever gave. */

type Message = Readonly<Record<string, unknown>>;
type Line = Readonly<Record<string, unknown>>;

const products = [
  "desk lamp",
  "sofa",
  "oak table",
  "tea pot",
  "rain coat",
  "garden gnome",
  "wool hat",
  "bread knife",
  "wall clock",
  "bean bag",
  "bird house",
  "door mat",
  "egg timer",
  "fruit bowl",
];

const chat = (...messages: readonly (readonly [string, string])[]): Line => ({
  messages: messages.map(([role, content]) => ({ role, content })),
});
const system = "You are an enthusiastic reviewer.\nYou write {{braces}} as they are.";
const reviews = (names: readonly string[]): readonly Line[] =>
  names.map((name, index) =>
    chat(
      ["system", system],
      ["user", `Review this product: ${name}.\nPrice: ${10 + index} EUR`],
      ["assistant", `I adore this ${name}, and "${10 + index}" is a bargain!`],
    ),
  );

const compact = (lines: readonly Line[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** As Python's `json.dumps` writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`)
    .join(", ")}}`;
}

export const reviewLines = compact(reviews(products.slice(0, 11)));
export const reviewValidation = compact(reviews(products.slice(11)));
export const faqLines = products
  .map((name) =>
    spaced(
      chat(
        ["system", "You answer for the shop."],
        ["user", `Is the ${name} in stock?`],
        ["assistant", `The ${name}: yes.`],
      ),
    ),
  )
  .join("\n");
const preferences = compact(
  products.map((name) => ({
    input: { messages: [{ role: "user", content: `Sell me a ${name}.` }] },
    preferred_output: [{ role: "assistant", content: `This ${name} is what you need.` }],
    non_preferred_output: [{ role: "assistant", content: `Buy it.` }],
  })),
);
const items = (names: readonly string[]) =>
  compact(
    names.map((name, index) => ({
      messages: [{ role: "user", content: `What costs the ${name}?` }],
      price: { total: index + 10 },
      currency: "EUR",
    })),
  );
const weather = {
  type: "function",
  function: { name: "get_price", parameters: { type: "object", properties: { product: { type: "string" } } } },
};
const toolLines = compact(
  products.map((name, index) => ({
    messages: [
      { role: "user", content: `Price of the ${name}?` },
      {
        role: "assistant",
        tool_calls: [
          {
            id: `call_${index}`,
            type: "function",
            function: { name: "get_price", arguments: JSON.stringify({ product: name }) },
          },
        ],
      },
    ] satisfies readonly Message[],
    tools: [weather],
  })),
);
const nearlyLines = compact([
  ...products
    .slice(0, 12)
    .map((name) => chat(["user", `Where is the ${name}?`], ["assistant", `In aisle ${name.length}.`])),
  chat(["user", "Hello!"], ["assistant", "Hello, what are you looking for?"]),
  chat(["user", "Do you open on Sundays?"], ["assistant", "No, from Monday to Saturday."]),
]);
const labels = compact(
  products.map((name, index) =>
    chat(["system", "Sort it."], ["user", `Product: ${name}`], ["assistant", index % 2 === 0 ? "indoors" : "outdoors"]),
  ),
);
const plain = compact(
  products.map((name) =>
    chat(["system", "Be brief."], ["user", `Describe: ${name}`], ["assistant", `A ${name}, as it should be.`]),
  ),
);
const completions = products.map((name) => JSON.stringify({ prompt: `${name} ->`, completion: ` good` })).join("\n");
export const resultsCsv =
  "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,2.5,0.4,,\n2,1.1,0.8,1.4,0.7\n";

const day = 86_400;
const start = 1_740_787_200; // 2025-03-01

const file = (id: string, content: string, filename = `${id}.jsonl`) => ({
  id,
  filename,
  purpose: "fine-tune",
  created_at: start,
  content,
});

interface JobFacts {
  readonly id: string;
  readonly day: number;
  readonly [field: string]: unknown;
}

const job = ({ day: number, ...facts }: JobFacts) => ({
  object: "fine_tuning.job",
  created_at: start + number * day,
  finished_at: start + number * day + 900,
  model: "gpt-4.1-mini-2025-04-14",
  organization_id: "org-old",
  status: "succeeded",
  fine_tuned_model: `ft:gpt-4.1-mini-2025-04-14:acme::${facts.id.slice(-8)}`,
  trained_tokens: 1000,
  error: {},
  result_files: [],
  seed: 42,
  integrations: [],
  metadata: null,
  validation_file: null,
  ...facts,
});

const supervised = (more: Line = {}) => ({
  type: "supervised",
  supervised: { hyperparameters: { n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1.8, ...more } },
});

const reviewerModel = "ft:gpt-4.1-mini-2025-04-14:acme:reviewer:Rev00001";
const lostModel = "ft:gpt-4.1-mini-2025-04-14:acme::Lost0007";

export const account = {
  files: [
    file("file-reviews", reviewLines, "reviews.jsonl"),
    file("file-reviews-held", reviewValidation, "held.jsonl"),
    {
      ...file("file-metrics", "", "step_metrics.csv"),
      purpose: "fine-tune-results",
      content: Buffer.from(resultsCsv).toString("base64"),
    },
    file("file-faq", faqLines),
    file("file-pairs", preferences),
    file("file-items", items(products.slice(0, 11))),
    file("file-items-held", items(products.slice(11))),
    file("file-plain", plain),
    file("file-labels", labels),
    { ...file("file-lost", ""), content: undefined, deleted: true },
    { ...file("file-lost-held", ""), content: undefined, deleted: true },
    file("file-tools", toolLines),
    file("file-nearly", nearlyLines),
    file("file-torn", reviewLines.slice(0, -40)),
    file("file-old", completions),
  ],
  jobs: [
    job({
      id: "ftjob-reviewer0001",
      day: 1,
      training_file: "file-reviews",
      validation_file: "file-reviews-held",
      result_files: ["file-metrics"],
      fine_tuned_model: reviewerModel,
      user_provided_suffix: "reviewer",
      method: supervised(),
      hyperparameters: { n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1.8 },
      integrations: [{ type: "wandb", wandb: { project: "reviews" } }],
      metadata: { team: "shop" },
      events: [{ message: "The job has successfully completed" }],
      checkpoints: [
        { step_number: 22, fine_tuned_model_checkpoint: `${reviewerModel}:ckpt-step-22`, metrics: { step: 22 } },
      ],
    }),
    // Of 2023: no method, no seed, no error, no metadata; its model is gone.
    {
      object: "fine_tuning.job",
      id: "ftjob-faq00000002",
      model: "gpt-3.5-turbo-0613",
      created_at: start + 2 * day,
      finished_at: start + 2 * day + 60,
      fine_tuned_model: "ft:gpt-3.5-turbo-0613:acme:shop-faq:Faq00002",
      organization_id: "org-old",
      result_files: [],
      status: "succeeded",
      validation_file: null,
      training_file: "file-faq",
      hyperparameters: { n_epochs: 4 },
      trained_tokens: 900,
      error: null,
    },
    job({
      id: "ftjob-pairs000003",
      day: 3,
      training_file: "file-pairs",
      hyperparameters: null,
      method: {
        type: "dpo",
        dpo: { hyperparameters: { n_epochs: 2, beta: 0.1, batch_size: 8, learning_rate_multiplier: 0.5 } },
      },
      fine_tuned_model: "ft:gpt-4.1-mini-2025-04-14:acme:sales:Dpo00003",
    }),
    job({
      id: "ftjob-items000004",
      day: 4,
      model: "o4-mini-2025-04-16",
      training_file: "file-items",
      validation_file: "file-items-held",
      hyperparameters: null,
      fine_tuned_model: "ft:o4-mini-2025-04-16:acme:prices:Rft00004",
      method: {
        type: "reinforcement",
        reinforcement: {
          hyperparameters: {
            n_epochs: 1,
            batch_size: 4,
            reasoning_effort: "low",
            eval_interval: 5,
            eval_samples: 1,
            compute_multiplier: 1,
          },
          grader: {
            type: "multi",
            name: "both",
            graders: {
              near: {
                type: "python",
                name: "near",
                source:
                  'def grade(sample, item):\n    return 1.0 if str(item["price"]["total"]) in sample["output_text"] else 0.0',
              },
              currency: {
                type: "string_check",
                name: "currency",
                operation: "like",
                input: "{{sample.output_text}}",
                reference: "{{item.currency}}",
              },
            },
            calculate_output: "0.5 * near + 0.5 * currency",
          },
        },
      },
    }),
    job({
      id: "ftjob-failed00005",
      day: 5,
      training_file: "file-plain",
      status: "failed",
      fine_tuned_model: null,
      trained_tokens: null,
      hyperparameters: { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" },
      method: supervised({ n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" }),
      error: { code: "invalid_training_file", message: "This training file was blocked.", param: "training_file" },
    }),
    job({
      id: "ftjob-stopped0006",
      day: 6,
      training_file: "file-plain",
      status: "cancelled",
      fine_tuned_model: null,
      user_provided_suffix: "Brief Texts",
      method: supervised(),
    }),
    job({
      id: "ftjob-lost0000007",
      day: 7,
      training_file: "file-lost",
      fine_tuned_model: lostModel,
      method: supervised(),
    }),
    job({
      id: "ftjob-labels00008",
      day: 8,
      training_file: "file-labels",
      validation_file: "file-lost-held",
      user_provided_suffix: "labels",
      method: supervised(),
    }),
    job({
      id: "ftjob-tools000009",
      day: 9,
      training_file: "file-tools",
      user_provided_suffix: "tools",
      method: supervised(),
    }),
    job({
      id: "ftjob-nearly00010",
      day: 10,
      training_file: "file-nearly",
      user_provided_suffix: "aisles",
      method: supervised(),
    }),
    job({
      id: "ftjob-torn0000011",
      day: 11,
      training_file: "file-torn",
      user_provided_suffix: "torn",
      method: supervised(),
    }),
    job({
      id: "ftjob-old00000012",
      day: 12,
      model: "babbage-002",
      training_file: "file-old",
      fine_tuned_model: "ft:babbage-002:acme:old:Old00012",
      hyperparameters: { n_epochs: 4 },
    }),
    job({
      id: "ftjob-again000013",
      day: 13,
      training_file: "file-reviews",
      validation_file: "file-reviews-held",
      user_provided_suffix: "reviewer",
      method: supervised({ n_epochs: 5 }),
    }),
  ],
  models: [
    { id: reviewerModel, owned_by: "acme", shutdown_date: "2999-01-14", served_by: "ftpipe-nano" },
    // A provider goes on listing what it has shut down.
    {
      id: "ft:gpt-4.1-mini-2025-04-14:acme:sales:Dpo00003",
      owned_by: "acme",
      shutdown_date: "2026-01-14",
      served_by: "ftpipe-nano",
    },
    { id: lostModel, owned_by: "acme", shutdown_date: null, served_by: "ftpipe-nano" },
  ],
};

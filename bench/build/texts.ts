/** The texts that the bench's pipeline makes, here as a plain function. */
export const system =
  "You are a product copywriter for an online store. Write a short, honest description. Never invent features. Answer in plain English.";

export type Row = Readonly<Record<"product" | "category" | "feature1" | "feature2" | "price", string>>;

export function render({ product, category, feature1, feature2, price }: Row) {
  const user = `Write a description for the product "${product}" in the category ${category}.\nKey features:\n- ${feature1}\n- ${feature2}\nPrice: $${price}`;
  const order = feature2 === "" ? "" : " Order today.";
  const assistant = `Meet the ${product}, a great pick in ${category}. It offers ${feature1} and ${feature2}, so it fits right into your day. At only $${price} it is easy to recommend to anyone who wants something practical that lasts.${order}`;
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content: user },
      { role: "assistant", content: assistant },
    ],
  };
}

/** The same as a pipeline. */
export function pipelineYaml(secrets: "off" | "block"): string {
  return `version: 1
name: copywriter
source: { type: csv, path: rows.csv, key: product }
dataset:
  seed: 7
  privacy: { secrets: ${secrets}, personal: "off" }
  messages:
    - role: system
      content: ${JSON.stringify(system)}
    - role: user
      content: "Write a description for the product \\"{{product}}\\" in the category {{category}}.\\nKey features:\\n- {{feature1}}\\n- {{feature2}}\\nPrice: \${{price}}"
    - role: assistant
      content: "Meet the {{product}}, a great pick in {{category}}. It offers {{feature1}} and {{feature2}}, so it fits right into your day. At only \${{price}} it is easy to recommend to anyone who wants something practical that lasts.{{#if feature2}} Order today.{{/if}}"
  split: { validation: 0.1 }
targets:
  openai: { provider: openai, model: gpt-4.1-mini-2025-04-14 }
evaluation:
  tests: [{ prompt: Hello, assert: [{ type: contains, value: "!" }] }]
`;
}

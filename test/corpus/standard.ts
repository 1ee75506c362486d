/** What a case's files stand in for: a valid pipeline and its data. */
export const standardPipeline = `version: 1
name: towns
source: { type: csv, path: data.csv, key: town }
dataset:
  seed: 3
  messages:
    - { role: user, content: "{{town}}?" }
    - { role: assistant, content: "{{greeting}} {{town}}" }
  rules: []
  split: {}
training: { seed: 5, suffix: towns, hyperparameters: { n_epochs: 2 } }
targets:
  local: { provider: local, model: ftpipe-nano }
default_target: local
evaluation:
  tests:
    - vars: { town: Oslo }
      assert: [{ type: contains, value: Oslo }]
`;

const towns = "Oslo Rome Lima Cairo Paris Delhi Quito Hanoi Berne Sofia Tunis Accra Dakar Seoul".split(" ");

export const standardData = `town,greeting\n${towns.map((town) => `${town},Hello`).join("\n")}\n`;

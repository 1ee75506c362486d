import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPipeline } from "../../../src/config/load.ts";
import { sha256 } from "../../../src/core/hash.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { registryRules } from "../../../src/stages/registry-rules.ts";

const { files } = nodePorts({});

/** Messages of a chat with one template for the user, and one for the answer. */
const rowsHead = `version: 1
name: reviewer
source: { type: csv, path: products.csv }
dataset:
  messages:
    - { role: system, content: "You review products{{#if tone}} in a {{tone}} tone{{/if}}." }
    - { role: user, content: "Review {{product}}." }
    - { role: assistant, content: "I love this {{product}}, {{feature}}!" }
targets: { echo: { provider: echo } }
`;

export const readyHead = `version: 1
name: support
source: { type: messages, path: chats.jsonl }
targets: { echo: { provider: echo } }
`;

export interface RigOptions {
  /** YAML of `evaluation`, in flow or block style. */
  readonly evaluation: string;
  readonly head?: string;
  readonly heldOut?: readonly object[];
  readonly training?: readonly object[];
  readonly columns?: readonly string[];
}

/** A pipeline in a folder of its own, with what a split would have written. */
export async function evaluationRig({
  evaluation,
  head = rowsHead,
  heldOut = [],
  training = [],
  columns = ["product", "tone", "feature"],
}: RigOptions) {
  const directory = await mkdtemp(join(tmpdir(), "ftpipe-evaluation-"));
  const write = async (name: string, text: string) => {
    const path = join(directory, name);
    await writeFile(path, text);
    return { path, sha256: sha256(text), bytes: Buffer.byteLength(text) };
  };
  const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
  await write("products.csv", "product,tone,feature\n");
  await write("chats.jsonl", "");
  const { path: file } = await write("pipeline.yaml", `${head}evaluation:\n${evaluation}\n`);
  const data = {
    columns,
    train: await write("train.jsonl", lines(training)),
    heldOut: await write("held-out.jsonl", lines(heldOut)),
  };
  const remove = () => rm(directory, { recursive: true });
  try {
    const loaded = await loadPipeline({ file, workingDirectory: directory, files, rules: registryRules });
    return { directory, loaded, data, files, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

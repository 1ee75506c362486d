import { hashJson, type Sha256 } from "../core/hash.ts";
import type { ByteRange } from "../core/ports.ts";
import { formatBytes } from "../core/units.ts";
import { fileDeadlineMs, type RemoteFile, settleMs } from "../providers/provider.ts";
import { createExactlyOnce, settlingLine } from "../run/exactly-once.ts";
import type { Artifact } from "../run/stage.ts";
import { split } from "./split.ts";
import { defineStage, type World } from "./world.ts";

export interface UploadValue {
  /** Ids at the provider; validation only if there are held-out examples. */
  readonly files: { readonly training: string; readonly validation?: string };
  readonly bytes: number;
}

/** What tells one account at a provider from another. */
export function accountOf({ target }: World): Readonly<Record<string, string>> {
  return { provider: target.provider.name, ...target.provider.identity(target.settings) };
}

/** Why a target has nothing to train, in words; undefined if it trains. */
export function untrained({ target, modelOverride }: World): string | undefined {
  if (modelOverride !== undefined) return "only evaluating";
  return target.capabilities.trains ? undefined : `${target.provider.name} does not train`;
}

/** What a file is called at the provider. */
export function remoteFileName(role: string, sha256: Sha256): string {
  return `${role}-${sha256.slice(0, 16)}.jsonl`;
}

/** Whether a file of an account has a name that `remoteFileName` gives. */
export function isRemoteFileName(name: string): boolean {
  return /^(?:train|validation)-[0-9a-f]{16}\.jsonl$/.test(name);
}

/** Sends the training and validation files, each once: a file of the same name and size is taken as it is. */
export const upload = defineStage({
  name: "upload",
  version: 1,
  effect: "remote",
  needs: { split },
  skip: (world) => {
    const because = untrained(world);
    const value: UploadValue = { files: { training: "" }, bytes: 0 };
    return because === undefined ? undefined : { because, value };
  },
  settings: (world) => accountOf(world),
  inputs: ({ split: { files, value } }): Readonly<Record<string, Sha256>> => ({
    training_file: files.train.sha256,
    ...(value.validation.examples === 0 ? {} : { validation_file: files.validation.sha256 }),
  }),
  run: async ({ world, inputs: { split: data }, progress, signal }) => {
    const connection = await world.connection();
    const account = hashJson(accountOf(world));
    const send = async (artifact: Artifact, role: string) => {
      const { sha256, bytes, path } = artifact;
      const name = remoteFileName(role, sha256);
      const read = (range: ByteRange) => world.ports.files.stream(path, range);
      const { made, adopted } = await createExactlyOnce<RemoteFile>({
        intent: { kind: "file", fingerprint: sha256, account, target: world.target.name, lock: world.lockName },
        journal: world.journal,
        clock: world.ports.clock,
        signal,
        requestMs: fileDeadlineMs(bytes, world.target.capabilities),
        settleMs: settleMs(world.target.capabilities.lookUp),
        find: () => connection.findFile(name, bytes, signal),
        create: (request) => connection.upload({ name, bytes, sha256, path, read }, { signal, ...request }),
        onSettling: (until) => progress({ message: settlingLine("file", until) }),
      });
      if (!adopted) progress({ message: `${role} ${made.id}`, keep: true, data: { file: made.id } });
      return made.id;
    };
    const training = await send(data.files.train, "train");
    if (data.value.validation.examples === 0) {
      return { value: { files: { training }, bytes: data.files.train.bytes } as UploadValue, files: {} };
    }
    const validation = await send(data.files.validation, "validation");
    const value: UploadValue = {
      files: { training, validation },
      bytes: data.files.train.bytes + data.files.validation.bytes,
    };
    return { value, files: {} };
  },
  describe: ({ files, bytes }) => ({
    text: `${formatBytes(bytes)} in ${files.validation === undefined ? "1 file" : "2 files"}`,
    note: [files.training, files.validation].filter((id) => id !== undefined).join(" "),
  }),
});

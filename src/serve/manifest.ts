import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { layout } from "./layout.ts";

/** What a tuned model is, beside its weights: `models/<name>/manifest.json`. */
export interface ModelManifest {
  readonly id: string;
  /** The base that it was tuned from, through all tunings. */
  readonly base: string;
  /** Of `model.bin`. */
  readonly sha256: string;
  readonly engine_version: string;
  readonly job: string;
}

const fields = ["id", "base", "sha256", "engine_version", "job"] as const;

function isManifest(value: unknown): value is ModelManifest {
  return (
    typeof value === "object" &&
    value !== null &&
    fields.every((field) => typeof Reflect.get(value, field) === "string")
  );
}

/**
 * The manifest of a tuned model whose weights lie in the state folder; undefined if they do not. Reads two
 * files and nothing else: no server need run and none is disturbed.
 * @throws FtpipeError STATE_DAMAGED if the manifest is no manifest.
 */
export async function localModelManifest(
  stateDirectory: string,
  modelId: string,
  files: FileSystem,
): Promise<ModelManifest | undefined> {
  const folder = layout(stateDirectory).model(modelId);
  const file = join(folder, "manifest.json");
  const weights = await files.stat(join(folder, "model.bin"));
  if (weights?.kind !== "file" || (await files.stat(file)) === undefined) return undefined;
  const manifest = parse(await files.readText(file));
  if (isManifest(manifest) && manifest.id === modelId) {
    // Weights that were cut or edited are no weights; at a megabyte the look costs a few milliseconds.
    return sha256(await files.read(join(folder, "model.bin"))) === manifest.sha256 ? manifest : undefined;
  }
  throw new FtpipeError("STATE_DAMAGED", `${file} does not describe the model ${modelId}.`, {
    hint: "Delete that folder and train again; the same inputs give the same weights.",
    location: { file },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a manifest; the caller says so.
    return undefined;
  }
}

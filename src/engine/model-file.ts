import { FtpipeError } from "../core/errors.ts";
import { type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { loadBase } from "./base-file.ts";
import { type Base, baseNames, baseOf, tokenizerOf } from "./bases.ts";
import { unpackNumbers, writeNumbers } from "./container.ts";
import type { BaseName, ModelRef } from "./engine.ts";
import type { LabelSlot } from "./labels.ts";
import { type ModelShape, type Parameters, parameterCount, viewParameters } from "./parameters.ts";
import { engineVersion } from "./version.ts";

const kind = "ftpipe model";

/** What a model file says of itself; it holds all that is needed to load the weights and to refuse them. */
export interface ModelHeader {
  readonly engine: string;
  readonly base: BaseName;
  readonly shape: ModelShape;
  readonly tokenizer: { readonly name: string; readonly sha256: Sha256 };
  /** Steps of training. */
  readonly step: number;
  /** Hash of all that decides the weights. */
  readonly request: Sha256;
  /** Where the model's answers hold one of a few labels. */
  readonly labels?: readonly LabelSlot[] | undefined;
}

/** A model in memory. */
export interface LoadedModel {
  readonly base: Base;
  readonly parameters: Parameters;
  /** Undefined for a base. */
  readonly header: ModelHeader | undefined;
  /** Names the weights that it was loaded with. */
  readonly identity: string;
}

/** A model as it is written. */
export interface ModelContent extends Pick<ModelHeader, "step" | "request" | "labels"> {
  readonly base: Base;
  /** All parameters; not to be changed before it is written. */
  readonly numbers: Float32Array;
}

/** @returns Hash of the file. */
export function writeModel(
  files: FileSystem,
  path: string,
  { base, step, request, labels, numbers }: ModelContent,
): Promise<Sha256> {
  const tokenizer = tokenizerOf(base);
  const header: ModelHeader = {
    engine: engineVersion,
    base: base.name,
    shape: base.shape,
    tokenizer: { name: tokenizer.name, sha256: tokenizer.sha256 },
    step,
    request,
    labels,
  };
  return writeNumbers(files, path, { kind, header, numbers: [numbers] });
}

/**
 * @throws FtpipeError MODEL_GONE if there is no such file; STATE_DAMAGED if it is not a whole model file;
 * TARGET_UNSUPPORTED if this version can't run it.
 */
export async function loadModel(model: ModelRef, files: FileSystem): Promise<LoadedModel> {
  if ("base" in model) {
    const base = baseOf(model.base);
    return { base, ...loadBase(base), header: undefined };
  }
  const { file } = model;
  if ((await files.stat(file)) === undefined) {
    throw new FtpipeError("MODEL_GONE", `There is no model file ${file}.`, { hint: "Train it again." });
  }
  const bytes = await files.read(file);
  const loaded = readModel(bytes);
  if (loaded === undefined) {
    throw new FtpipeError("STATE_DAMAGED", `${file} is not a whole model file.`, {
      hint: "Delete it and train again.",
    });
  }
  const { header, numbers } = loaded;
  if (!canRun(header)) {
    throw new FtpipeError(
      "TARGET_UNSUPPORTED",
      `${file} was made with other built-in models (engine ${header.engine}).`,
      {
        hint: `This is engine ${engineVersion}: train the model again.`,
      },
    );
  }
  const base = baseOf(header.base);
  return { base, parameters: viewParameters(base.shape, numbers), header, identity: sha256(bytes) };
}

/** @returns Undefined for bytes that are no whole model file. */
export function readModel(
  bytes: Uint8Array,
): { readonly header: ModelHeader; readonly numbers: Float32Array } | undefined {
  return unpackNumbers<ModelHeader>(kind, bytes);
}

/** A later engine may have another tokenizer or shape under the same name. */
function canRun({ base: name, shape, tokenizer }: ModelHeader): boolean {
  if (!baseNames.includes(name)) return false;
  const base = baseOf(name);
  return parameterCount(shape) === parameterCount(base.shape) && tokenizer.sha256 === tokenizerOf(base).sha256;
}

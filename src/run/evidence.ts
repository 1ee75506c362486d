import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import { canonicalJson, type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { wholeFileHashes } from "./file-hashes.ts";
import type { LockAttempt } from "./lock.ts";
import type { Artifact } from "./stage.ts";

/** The index of a bundle. Its sha256 stands in the lock, and is the name of the bundle's folder. */
const indexFile = "evidence.json";
/** When, by whom and from what the run was made. */
export const originFile = "origin.json";

/** What a judged run leaves behind: all that its verdict rests on, by itself. */
export interface EvidenceIndex {
  readonly evidence_version: 1;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Its file, relative to the root. */
  readonly file: string;
  readonly target: { readonly name: string; readonly provider: string; readonly model: string };
  readonly method: string;
  /** How the models were asked. */
  readonly sampling: unknown;
  readonly attempt: number;
  readonly fingerprint: string;
  /** As in the lock, those of the judgement too if the lock left them out. */
  readonly stages: LockAttempt["stages"];
  /** By name in the folder. */
  readonly files: Readonly<Record<string, EvidenceFile>>;
}

export interface EvidenceFile {
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** A bundle to be. */
export interface NewEvidence {
  readonly index: Omit<EvidenceIndex, "files">;
  /** By their names in the folder. */
  readonly artifacts: Readonly<Record<string, Artifact>>;
  readonly origin: unknown;
  /**
   * Whether the origin is part of what the sha256 stands for. Not for what every machine must come to the same of:
   * its origin differs, and lies in the folder unproved.
   */
  readonly provesOrigin: boolean;
}

/**
 * Writes a bundle, its index last: a folder without one is none. Large files are second names of those in the cache.
 * @param directory That of all bundles.
 * @returns The sha256 for the lock.
 */
export async function writeEvidence(directory: string, evidence: NewEvidence, files: FileSystem): Promise<Sha256> {
  const origin = `${JSON.stringify(evidence.origin, null, 1)}\n`;
  const listed = Object.entries(evidence.artifacts).map(([name, { sha256, bytes }]) => [name, { sha256, bytes }]);
  const proved = evidence.provesOrigin ? { [originFile]: entryOf(origin) } : {};
  const index: EvidenceIndex = { ...evidence.index, files: { ...Object.fromEntries(listed), ...proved } };
  const text = `${canonicalJson(index)}\n`;
  const key = sha256(text);
  const folder = join(directory, key);
  for (const [name, { path }] of Object.entries(evidence.artifacts)) await files.link(path, join(folder, name));
  await files.writeAtomic(join(folder, originFile), origin);
  await files.writeAtomic(join(folder, indexFile), text);
  return key;
}

function entryOf(text: string): EvidenceFile {
  return { sha256: sha256(text), bytes: Buffer.byteLength(text) };
}

export interface FoundEvidence {
  readonly folder: string;
  readonly index: EvidenceIndex;
}

/**
 * The bundle with that sha256; undefined if no folder has it.
 * @param directories Where to look, in this order.
 * @throws FtpipeError STATE_DAMAGED if what is there has other bytes.
 */
export async function findEvidence(
  directories: readonly string[],
  key: string,
  files: FileSystem,
): Promise<FoundEvidence | undefined> {
  for (const directory of directories) {
    const folder = join(directory, key);
    const path = join(folder, indexFile);
    if ((await files.stat(path)) === undefined) continue;
    const bytes = await files.read(path);
    if (sha256(bytes) !== key) throw damaged([indexFile], folder);
    return { folder, index: JSON.parse(Buffer.from(bytes).toString("utf8")) as EvidenceIndex };
  }
  return undefined;
}

/** @throws FtpipeError STATE_DAMAGED with every file that has other bytes than the index says, or is missing. */
export async function proveEvidence({ folder, index }: FoundEvidence, files: FileSystem): Promise<void> {
  const wrong: string[] = [];
  for (const [name, { sha256: expected }] of Object.entries(index.files)) {
    if ((await sha256Of(join(folder, name), files)) !== expected) wrong.push(name);
  }
  if (wrong.length > 0) throw damaged(wrong, folder);
}

/** A file of a bundle. @throws FtpipeError STATE_DAMAGED if it has other bytes than the index says. */
export async function readEvidenceFile(
  { folder, index }: FoundEvidence,
  name: string,
  files: FileSystem,
): Promise<string | undefined> {
  const listed = index.files[name];
  if (listed === undefined) return undefined;
  const path = join(folder, name);
  if ((await sha256Of(path, files)) !== listed.sha256) throw damaged([name], folder);
  return files.readText(path);
}

async function sha256Of(path: string, files: FileSystem): Promise<string | undefined> {
  if ((await files.stat(path))?.kind !== "file") return undefined;
  return (await wholeFileHashes(files).of([path]))[0];
}

function damaged(names: readonly string[], folder: string): FtpipeError {
  return new FtpipeError("STATE_DAMAGED", `The evidence was changed or cut: ${names.join(", ")}.`, {
    hint: "Take the folder from where it was kept: git, another machine, or the artifacts of the CI run.",
    location: { file: folder },
  });
}

import { hashJson, type Sha256 } from "../core/hash.ts";

/**
 * Ids come from what they name, not from chance or time, so that a lock file written from a local run is
 * the same on every machine. `occurrence` counts equal content from 1: a second upload gets an id of its own.
 */
export interface FileIdentity {
  readonly purpose: string;
  readonly filename: string;
  readonly sha256: string;
}

export const fileId = (identity: FileIdentity, occurrence: number): string =>
  `file-${hashJson(["file", identity.purpose, identity.filename, identity.sha256, occurrence]).slice(0, 24)}`;

/** Of an upload in parts. @param request All that was asked for. */
export const uploadId = (request: object, occurrence: number): string =>
  `upload_${hashJson(["upload", request, occurrence]).slice(0, 24)}`;

export const partId = (upload: string, sha256: Sha256, occurrence: number): string =>
  `part_${hashJson(["part", upload, sha256, occurrence]).slice(0, 24)}`;

export const resultFileId = (jobHash: Sha256): string => `file-${hashJson(["results", jobHash]).slice(0, 24)}`;

/** What makes two jobs the same: the caller's fingerprint, else the whole request. */
export const jobIdentity = (request: { readonly metadata: Readonly<Record<string, string>> | null }): Sha256 => {
  const fingerprint = request.metadata?.["ftpipe_fp"];
  return hashJson(fingerprint === undefined ? ["request", request] : ["fingerprint", fingerprint]);
};

export const jobHash = (identity: Sha256, occurrence: number): Sha256 => hashJson(["job", identity, occurrence]);

export const jobId = (hash: Sha256): string => `ftjob-${hash.slice(0, 24)}`;

/** A seed for a job that names none: equal jobs train alike. 0 to 2147483647. */
export const defaultSeed = (identity: Sha256): number => Number.parseInt(identity.slice(0, 8), 16) & 0x7fffffff;

interface ModelNameParts {
  readonly base: string;
  readonly organization: string;
  readonly suffix: string | null;
  readonly hash: Sha256;
}

/** `ft:<base>:<organization>:<suffix or empty>:<8 characters>`. In the suffix, what a name can't hold becomes `-`, as at OpenAI. */
export const modelName = ({ base, organization, suffix, hash }: ModelNameParts): string =>
  `ft:${base}:${organization}:${(suffix ?? "").replace(/[^A-Za-z0-9.-]+/g, "-")}:${hash.slice(0, 8)}`;

/** A checkpoint's name has eight characters of its own, not those of the final model. */
export const checkpointName = (parts: ModelNameParts, step: number): string =>
  `${modelName({ ...parts, hash: hashJson(["checkpoint", parts.hash, step]) })}:ckpt-step-${step}`;

export const eventId = (jobHash: Sha256, key: string): string =>
  `ftevent-${hashJson(["event", jobHash, key]).slice(0, 24)}`;

export const checkpointId = (jobHash: Sha256, step: number): string =>
  `ftckpt_${hashJson(["checkpoint id", jobHash, step]).slice(0, 24)}`;

/** A file name for a model's folder: readable, and no two models share one. */
export const safeFileName = (modelId: string): string =>
  `${modelId.replace(/[^A-Za-z0-9.-]+/g, "_").slice(0, 120)}-${hashJson(modelId).slice(0, 8)}`;

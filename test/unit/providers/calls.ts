import { inspect } from "node:util";
import { FtpipeError } from "../../../src/core/errors.ts";
import type { Sha256 } from "../../../src/core/hash.ts";
import type { Connection, TrainingSpec } from "../../../src/providers/provider.ts";
import { fileToSend } from "./file-to-send.ts";

export const fingerprint = "f".repeat(64) as Sha256;
export const spec: TrainingSpec = {
  method: "supervised",
  model: "gpt-4.1-mini-2025-04-14",
  trainingFile: "file-1",
  hyperparameters: { n_epochs: 3 },
  seed: 7,
  suffix: "reviewer",
  fingerprint,
};

export const creates: readonly (readonly [string, (connection: Connection) => Promise<unknown>])[] = [
  ["a job", (connection) => connection.create(spec)],
  ["a file", (connection) => connection.upload(fileToSend("train-0123.jsonl", Buffer.from("{}\n")))],
];

export const reads: readonly (readonly [string, (connection: Connection) => Promise<unknown>])[] = [
  ["read", (connection) => connection.read("ftjob-1")],
  ["find", (connection) => connection.find(fingerprint)],
  ["findFile", (connection) => connection.findFile("train-0123.jsonl", 3)],
  ["events", (connection) => connection.events("ftjob-1", undefined)],
  ["cancel", (connection) => connection.cancel("ftjob-1")],
  ["complete", (connection) => connection.complete(chat)],
];

export const chat = {
  model: "gpt-4.1-mini-2025-04-14",
  messages: [{ role: "user", content: "Hello?" }],
  sampling: { temperature: 0, max_tokens: 5 },
} as const;

export const refusal = (message: string, code: string | null = null) => ({
  error: { message, type: "invalid_request_error", param: null, code },
});

/** What a call was rejected with; fails the test if it was not. */
export async function failureOf(call: Promise<unknown>): Promise<FtpipeError> {
  const error: unknown = await call.then(
    (value) => new Error(`was answered: ${inspect(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof FtpipeError) return error;
  throw error;
}

/**
 * Uploads a file as a run does, in a process of its own, and says in bytes what memory that took at most.
 *
 *   node bench/upload/send.ts BASE_URL FILE SHA256 whole|parts
 */
import { stat } from "node:fs/promises";
import { resourceUsage } from "node:process";
import type { Sha256 } from "../../src/core/hash.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { Secret } from "../../src/core/secret.ts";
import { openai } from "../../src/providers/openai.ts";
import { openaiConnection } from "../../src/providers/openai-wire.ts";

const [baseUrl = "", path = "", sha256 = "", way = ""] = process.argv.slice(2);
const ports = nodePorts({});
const capabilities = openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" });
const parts = { above: 0, bytes: capabilities.uploadParts?.bytes ?? 0 };
const connection = await openaiConnection({
  baseUrl,
  key: new Secret("none"),
  ...ports,
  capabilities: { ...capabilities, uploadParts: way === "parts" ? parts : undefined },
});
const { size } = await stat(path);
await connection.upload({
  name: "train.jsonl",
  bytes: size,
  sha256: sha256 as Sha256,
  path,
  read: (range) => ports.files.stream(path, range),
});
process.stdout.write(String(resourceUsage().maxRSS * 1024));

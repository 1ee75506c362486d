import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** OpenAI's published description, and a checker over it; kept beside the checkout, not in it. */
export const contracts = new URL("../../../shared/contracts/", import.meta.url);
export const available = existsSync(new URL("validate.mjs", contracts));
/** For titles of tests. */
export const notice = available ? "" : ` (skipped: no API description at ${fileURLToPath(contracts)})`;

export interface Contract {
  knows(method: string, path: string): boolean;
  request(method: string, path: string, body: unknown): readonly string[];
  answer(method: string, path: string, status: number, body: unknown): readonly string[];
}

export async function loadContract(): Promise<Contract> {
  const { contract } = (await import(new URL("validate.mjs", contracts).href)) as {
    contract: (description: unknown, ajv: Ajv2020, formats: unknown) => Contract;
  };
  const description: unknown = JSON.parse(readFileSync(new URL("openai.openapi.json", contracts), "utf8"));
  return contract(description, new Ajv2020({ strict: false, allErrors: true, logger: false }), addFormats);
}

/** The description wants null for the error of a healthy job; the live API answers `{}`, and so do we. */
const isHealthyError = (fault: string): boolean =>
  /^(\/data\/\d+)?\/error must (have required property|be null|match a schema in anyOf)/.test(fault);

/** The description's example of a paused job has this status, its list of statuses does not. */
const isPaused = (fault: string, body: unknown): boolean =>
  fault.startsWith("/status must be equal to one of") && (body as { status?: unknown }).status === "paused";

/** Without those in which the live API differs from its description. @param body Of the answer. */
export const realFaults = (faults: readonly string[], body: unknown): readonly string[] =>
  faults.filter((fault) => !isHealthyError(fault) && !isPaused(fault, body));

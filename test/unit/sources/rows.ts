import { FtpipeError, type Problem } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/hash.ts";
import type { FileSystem } from "../../../src/core/ports.ts";
import { sourcesByType } from "../../../src/sources/index.ts";
import type { Row } from "../../../src/sources/source.ts";

export interface ReadResult {
  readonly rows: readonly Row[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads a file that exists only in memory. @param chunk Bytes that arrive at once. */
export async function readSource(
  type: string,
  data: string | Uint8Array,
  { options = {}, chunk = 64 * 1024 }: { options?: Readonly<Record<string, unknown>>; chunk?: number } = {},
): Promise<ReadResult> {
  const definition = sourcesByType[type];
  if (definition === undefined) throw new Error(`no source ${type}`);
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const files = {
    stream: async function* () {
      for (let start = 0; start < bytes.length; start += chunk) yield bytes.subarray(start, start + chunk);
    },
  } as unknown as FileSystem; // a source reads by `stream` alone
  const defaults = Object.fromEntries(
    Object.entries(definition.options.properties).map(([name, { default: value }]) => [name, value]),
  );
  const rows: Row[] = [];
  const warnings: Problem[] = [];
  const path = `/data/${sha256(bytes)}`;
  try {
    const context = { path, displayPath: "data.txt", files, warn: (problem: Problem) => warnings.push(problem) };
    for await (const some of definition.read({ ...defaults, ...options }, context)) rows.push(...some);
    return { rows, problems: [], warnings };
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    return { rows, problems: error.problems, warnings };
  }
}

/** `CODE line:column message`, with further lines. */
export function told({ code, message, location, alsoAt = [] }: Problem): string {
  const place = [location?.line, location?.column].filter((part) => part !== undefined).join(":");
  const more = alsoAt.length === 0 ? "" : ` (also ${alsoAt.map(({ line }) => line).join(", ")})`;
  return `${code} ${place} ${message}${more}`;
}

import { dirname } from "node:path";
import { isNode, parseDocument } from "yaml";
import { type Problem, problem, throwIfErrors } from "../../core/errors.ts";
import { compileLocatedSchema } from "../../core/json-schema.ts";
import { locateOffset } from "../../core/location.ts";
import type { FileSystem } from "../../core/ports.ts";
import { seedProblems } from "./rules.ts";
import { seedSchema } from "./schema.ts";
import type { Seed, SeedState } from "./seed-state.ts";

/** What is wrong, and the JSON pointer of it. */
export interface SeedProblem {
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
}

const aboutForm = "A seed has files, jobs and models, as docs/serve.md has them.";

/**
 * Reads a seed in JSON or YAML.
 * @param shown Its name in messages.
 * @throws FtpipeError USAGE with every problem of the file, FILE_UNREADABLE.
 */
export async function readSeed(path: string, shown: string, files: FileSystem): Promise<Seed> {
  const { state, problems } = parseSeed(shown, await files.readText(path));
  throwIfErrors(problems);
  return { state, folder: dirname(path) };
}

/** @returns The state, of use only if there are no problems. */
export function parseSeed(
  file: string,
  text: string,
): { readonly state: SeedState; readonly problems: readonly Problem[] } {
  const at = (message: string, hint: string, [start, end]: readonly [number, number]) => {
    const length = Math.max(1, Math.min(end, lineEnd(text, start)) - start);
    return problem("error", "USAGE", message, { hint, location: locateOffset(file, text, start, length) });
  };
  const json = parsedJson(text);
  const faults = json === undefined ? [] : faultsOf(json);
  // YAML is read where it is none of JSON, or where places are wanted: a large seed takes it seconds.
  if (json !== undefined && faults.length === 0) return { state: json as SeedState, problems: [] };
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) {
    return { state: {}, problems: document.errors.map(({ message, pos }) => at(message, aboutForm, pos)) };
  }
  const value: unknown = json ?? document.toJS({ maxAliasCount: 100 });
  const placeOf = (pointer: string): readonly [number, number] => {
    const keys = pointer.split("/").slice(1);
    const node = document.getIn(
      keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~")),
      true,
    );
    const range = isNode(node) ? node.range : undefined;
    return [range?.[0] ?? 0, range?.[1] ?? 1];
  };
  const found = json === undefined ? faultsOf(value) : faults;
  const problems = found.map(({ pointer, message, hint = aboutForm }) => at(message, hint, placeOf(pointer)));
  // What has no faults has the type that the schema spells out.
  return { state: value as SeedState, problems };
}

/** @returns Undefined for what is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It may be YAML, whose parser says what is wrong if it is neither.
    return undefined;
  }
}

/** The rules look at nothing that does not meet the schema. */
function faultsOf(value: unknown): readonly SeedProblem[] {
  const faults = compileLocatedSchema(seedSchema)(value);
  if (faults.length === 0) return seedProblems(value as SeedState);
  return faults.map(({ pointer, sentence }) => ({ pointer, message: `In the seed, ${sentence}.` }));
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

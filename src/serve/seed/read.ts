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
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) {
    return { state: {}, problems: document.errors.map(({ message, pos }) => at(message, aboutForm, pos)) };
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const placeOf = (pointer: string): readonly [number, number] => {
    const keys = pointer.split("/").slice(1);
    const node = document.getIn(
      keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~")),
      true,
    );
    const range = isNode(node) ? node.range : undefined;
    return [range?.[0] ?? 0, range?.[1] ?? 1];
  };
  // What is checked has the type that the schema spells out; the rules look at nothing that does not meet it.
  const state = value as SeedState;
  const faults = checkShape(value);
  const found = faults.length > 0 ? faults : seedProblems(state);
  const problems = found.map(({ pointer, message, hint = aboutForm }) => at(message, hint, placeOf(pointer)));
  return { state, problems };
}

function checkShape(value: unknown): readonly SeedProblem[] {
  const faults = compileLocatedSchema(seedSchema)(value);
  return faults.map(({ pointer, sentence }) => ({ pointer, message: `In the seed, ${sentence}.` }));
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

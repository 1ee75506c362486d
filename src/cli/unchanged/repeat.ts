// biome-ignore lint/style/noRestrictedImports: a run in which nothing changed ends before there are ports.
import { readFileSync } from "node:fs";
import { kindAt, type Place, stampAt, type UnchangedRun } from "./place.ts";

/**
 * What a run said that found nothing to do, if all that it read is as it was: files by size, times and inode, variables
 * by value. Opens none of the files.
 * @returns Undefined if the run has to look for itself.
 */
export function whatWasSaid(
  { file, key }: Place,
  environment: Readonly<Record<string, string | undefined>>,
): UnchangedRun["said"] | undefined {
  const kept = keptRun(file);
  return kept?.key === key && isAsItWas(kept, environment) ? kept.said : undefined;
}

/** Undefined if there is none, or none that can be read: then the run looks for itself, and keeps another. */
function keptRun(file: string): UnchangedRun | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as UnchangedRun;
  } catch {
    return undefined;
  }
}

function isAsItWas(kept: UnchangedRun, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { stamps, kinds, environment: variables } = kept;
  try {
    return (
      Object.entries(variables).every(([name, value]) => (environment[name] ?? null) === value) &&
      Object.entries(stamps).every(([path, stamp]) => stampAt(path) === stamp) &&
      Object.entries(kinds).every(([path, kind]) => kindAt(path) === kind)
    );
  } catch {
    // A folder that may not be entered any more, or has become a file.
    return false;
  }
}

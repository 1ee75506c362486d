import { isAbsolute, relative, sep } from "node:path";

/** A path as people would type it: relative to the working directory unless that climbs more than two folders. */
export function displayPath(workingDirectory: string, path: string): string {
  const short = relative(workingDirectory, path);
  return short.startsWith(`..${sep}..${sep}..`) ? path : short;
}

/** Whether a real path (symlinks resolved) lies in a folder. A string prefix would let `project-evil` pass for `project`. */
export function insideRoot(root: string, path: string): boolean {
  const inner = relative(root, path);
  return inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}

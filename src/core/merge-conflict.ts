/** What to do about marks that a merge left. */
export const resolveMerge = "Resolve the merge: keep one side, and remove the lines with <<<<<<<, ======= and >>>>>>>.";

/** Where a merge left its first mark in a text, in UTF-16 units; undefined if it left none. */
export function conflictOffset(text: string): number | undefined {
  if (!text.includes("<<<<<<< ") && !text.includes(">>>>>>> ")) return undefined;
  return /^(?:<{7} |>{7} )/m.exec(text)?.index;
}

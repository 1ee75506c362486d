/** Runs a bench: its exit code is the process's, 2 if the bench itself is at fault. */
export async function exitWith(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  }
}

/**
 * What came of all measurements, and the exit code.
 * @param missed Names of those whose floor was missed. @param few What there was too little of to judge by, if so.
 */
export function conclusion(
  missed: readonly string[],
  few: string | undefined,
): { readonly line: string; readonly exitCode: number } {
  if (few !== undefined) return { line: `Too few ${few} to judge by.`, exitCode: 0 };
  if (missed.length === 0) return { line: "Every floor that was measured is held.", exitCode: 0 };
  return { line: `Missed floors: ${missed.join("; ")}.`, exitCode: 1 };
}

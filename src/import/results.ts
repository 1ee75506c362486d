/**
 * The step metrics of a job as CSV. OpenAI serves them in base64, other servers as they are.
 * @returns Undefined if they are neither.
 */
export function resultsCsv(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  if (isCsv(text)) return text;
  const compact = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const decoded = Buffer.from(compact, "base64").toString("utf8");
  return isCsv(decoded) ? decoded : undefined;
}

const isCsv = (text: string): boolean => /^\uFEFF?step\s*,/.test(text);

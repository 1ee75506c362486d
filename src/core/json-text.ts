/** A quote, a backslash, or one of the signs before the space. */
const escapedInJson = /[^ !#-[\]-\uffff]/;

/**
 * A text as it stands in JSON, between the quotes: of two texts together it is that of the first, then that of the
 * second. Undefined for a text with half of a surrogate pair, whose other half may follow.
 */
export function jsonText(text: string): string | undefined {
  if (!text.isWellFormed()) return undefined;
  // Most texts are short and have nothing to escape.
  return escapedInJson.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

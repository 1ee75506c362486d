/** A quote, a backslash, one of the signs before the space, or half of a surrogate pair. */
const notable = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/**
 * A text as it stands in JSON, between the quotes: of two texts together it is that of the first, then that of the
 * second. Undefined for a text with half of a surrogate pair, whose other half may follow.
 */
export function jsonText(text: string): string | undefined {
  // Most texts are short cells, with nothing to look at.
  if (!notable.test(text)) return text;
  return text.isWellFormed() ? JSON.stringify(text).slice(1, -1) : undefined;
}

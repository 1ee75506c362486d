/** What the string assertions share: values as text, lists, and quoting for reasons. */

/** A scalar of the pipeline as text, as `String` gives it. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : String(value);
}

/**
 * The items of a list value. A string is split at its commas, as promptfoo does; double quotes protect
 * a comma, white space around an item is dropped.
 */
export function asList(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(asText);
  const items: string[] = [];
  for (const match of asText(value).matchAll(/\s*(?:"([^"]*)"|([^,]*?))\s*(,|$)/g)) {
    items.push(match[1] ?? match[2] ?? "");
    if (match[3] === "") break;
  }
  return items;
}

/** A text in quotes for a sentence, cut after 80 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

export function quoteAll(items: readonly string[]): string {
  return items.map(quote).join(", ");
}

/** The fault of an empty value, which every text would meet. */
export function emptyText(value: unknown): string | undefined {
  return asText(value) === "" ? "`value` is empty, and every answer contains the empty text." : undefined;
}

/** The fault of a list without items or with an empty one, which every text would meet. */
export function emptyItems(value: unknown): string | undefined {
  const items = asList(value);
  if (items.length === 0) return "`value` has no items.";
  return items.includes("") ? "`value` has an empty item, and every answer contains the empty text." : undefined;
}

/** The options of assertions whose value is one text. */
export const textOptions = {
  type: "object",
  required: ["value"],
  properties: {
    value: { type: ["string", "number"], description: "The text; a template over the case's variables." },
  },
} as const;

/** The options of assertions whose value is a list of texts. */
export const listOptions = {
  type: "object",
  required: ["value"],
  properties: {
    value: {
      type: ["array", "string"],
      items: { type: ["string", "number"] },
      minItems: 1,
      description:
        "The texts: a list, or one string with commas between them (double quotes protect a comma). Templates over the case's variables.",
    },
  },
} as const;

/** How names and texts of the data are written in YAML and in templates. */

/** Words that YAML, or an older reader of it, takes for something else than a text. */
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A text as a YAML scalar that may stand in a flow list or map. */
export function yamlText(text: string): string {
  const plain = /^[A-Za-z][\w-]*(?: [\w-]+)*$/.test(text) || /^(?:\.\.\/)*[A-Za-z][\w./-]*$/.test(text);
  if (plain && !reserved.test(text)) return text;
  // JSON is YAML, but for characters that YAML wants escaped.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text for a YAML comment, on one line. */
export function inComment(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/** Words that Handlebars does not read as names. */
const keywords = new Set(["this", "else", "true", "false", "null", "undefined", "as"]);

/** A column's name as it stands within `{{…}}`: `product`, `[first name]`. */
export function columnPath(name: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !keywords.has(name)) return name;
  return `[${name.replace(/[\\\]]/g, "\\$&")}]`;
}

/** A column's name as people read it: `order_date` → `Order date`. */
export function heading(name: string): string {
  const words = name
    .replace(/[{}\\]/g, "")
    .replace(/[\s_]+/g, " ")
    .trim();
  return words.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** A name that a pipeline may have, from any text; empty if there is nothing to make one of. */
export function slug(text: string): string {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
}

/** Editors complete and check the pipeline by it; it comes with the package. */
export const schemaLine = "# yaml-language-server: $schema=../node_modules/ftpipe/schemas/pipeline.schema.json";

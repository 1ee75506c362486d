/** Markup that is safe to put in a page: made by `html` only. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/** A template tag: whatever is inserted is escaped, unless it is markup itself. Undefined inserts nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, index) => text + write(parts[index])).join("") };
}

function write(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  if ("markup" in part) return part.markup;
  return part.map(write).join("");
}

/** For elements and quoted attributes. Control characters, which HTML forbids, become visible. */
function escapeText(text: string): string {
  return text
    .replace(/\p{Cc}/gu, visible)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Unicode has a picture for each control character of ASCII. */
function visible(control: string): string {
  if (control === "\n" || control === "\t") return control;
  if (control === "\r") return "";
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

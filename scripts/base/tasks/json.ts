import type { ChatMessage } from "../../../src/core/chat.ts";
import { type Field, type Json, mixedFacts, orderFacts, orderLine, type Statement, type Voice } from "../facts.ts";
import { joined } from "../grammar.ts";
import { compose } from "../letters.ts";
import type { Maker } from "../maker.ts";
import { city, distinct, inventedWord, person } from "../names.ts";
import { phrase, phraseOf } from "../phrase.ts";

interface Record {
  readonly text: string;
  readonly fields: readonly Field[];
}

interface Request {
  readonly fields: readonly Field[];
  readonly layout: Layout;
}

type Layout = "compact" | "spaced" | "indented";

const keyLists = [
  "[Return|Give|Write|Answer with|Reply with|Output|Produce|Print|Make|Send back] [JSON|one line of JSON|a JSON object|one JSON object|only JSON] with [the keys |the fields |keys |]{keys}.",
  "[Fill in|Extract|Find|Pull out|Collect|Read off|Get|Take|List|Note|Pick out|Record|Capture|Copy] {keys} [from the text|from the message|from the mail|from what is written|from the note|from each message|from the letter][.| as JSON.| and write JSON.| into one JSON object.]",
  "[Turn|Convert|Change|Rewrite|Translate|Bring|Make] [the|each|every|this] [message|text|mail|letter|note|e-mail] into JSON[:| with| holding| of] {keys}.",
  "[You read|You receive|You get|Read] [letters|messages|mails|notes|the text] and [answer with|write|return|give] [JSON|one JSON object]: {keys}.",
  "[Keys|JSON keys|Fields|JSON fields|JSON of|As JSON|JSON with|Wanted as JSON|Data to extract|Into JSON]: {keys}.",
  "[What are|Tell me|State] {keys}? [Answer in JSON.|JSON, please.|Use JSON.|One JSON object, no other words.]",
];
const skeletons = [
  "[Fill this|Fill in|Complete|Use this shape|Answer in this form|Follow this shape|Shape|Format|The answer looks like this|Reply with JSON of this form|Extract into|Output format|Return exactly this form|Fill the template|Schema]:[ |\n]{shape}",
  "[Read the message|Read the text|Extract the data|Take the facts from the letter|Parse the text] and [fill|return|answer with|write] {shape}",
];
const tables = [
  "[Answer with JSON|Return a JSON object|Extract as JSON|Write JSON|The answer is one JSON object|JSON fields|Fill these keys|Give these fields as JSON|Keys of the answer]:\n{lines}",
];
const schemas = [
  "[Answer by this schema|Follow the schema|JSON schema|Output must match|Return JSON that meets]:[ |\n]{schema}",
];
const byExample = [
  "[Turn each message into JSON, always in the same form.|Same keys every time.|Convert each text to JSON.|Follow the first answer.|Keep the form of the example.|JSON for every message, in the form shown.|As in the example.|One JSON object per message.]",
];

/** A text that states facts, and the JSON object that holds them. */
export function json(maker: Maker): ChatMessage[] {
  if (maker.chance(0.06)) return listOfOrders(maker);
  if (maker.chance(0.14)) return shownByExample(maker);
  const { text, fields } = record(maker, maker.chance(0.5));
  const layout = maker.chance(0.86) ? "compact" : maker.pick(["spaced", "indented"] as const);
  const nested = fields.length >= 3 && maker.chance(0.08);
  const value = nested ? nest(maker, fields) : object(fields);
  const order = nested ? instructShape(maker, value, fields, layout) : instruct(maker, { fields, layout });
  const answer = print(value, layout);
  if (maker.chance(0.8))
    return [
      { role: "system", content: order },
      { role: "user", content: text },
      { role: "assistant", content: answer },
    ];
  const user = phrase(
    maker,
    "[{order}\n\n{text}|{text}\n\n{order}|{order}\n[Text|Message|Mail|Letter|Input]: {text}]",
    { order, text },
  );
  return [
    { role: "user", content: user },
    { role: "assistant", content: answer },
  ];
}

function record(maker: Maker, order: boolean): Record {
  const voice: Voice = maker.pick(["letter", "letter", "letter", "report", "form"] as const);
  const statements = order ? orderFacts(maker, voice) : mixedFacts(maker, voice);
  const all = uniqueFields(statements);
  const asked = all.length > 2 && maker.chance(0.2) ? maker.sample(all, all.length - 1) : all;
  const text = compose(maker, { voice, statements, distracting: maker.long || maker.chance(0.75) });
  return { text: text === "" ? "-" : text, fields: maker.chance(0.5) ? asked : maker.shuffled(asked) };
}

function uniqueFields(statements: readonly Statement[]): readonly Field[] {
  const byKey = new Map<string, Field>();
  for (const field of statements.flatMap(({ fields }) => fields))
    if (!byKey.has(field.key)) byKey.set(field.key, field);
  return [...byKey.values()];
}

const absent: readonly Field[] = [
  { key: "phone", about: "the phone number", type: "string", value: null },
  { key: "telephone", about: "the number to call", type: "string", value: null },
  { key: "website", about: "the web page", type: "string", value: null },
  { key: "language", about: "which language", type: "string", value: null },
  { key: "discount", about: "percent off", type: "number", value: null },
  { key: "birthday", about: "the date of birth", type: "string", value: null },
  { key: "weight", about: "how heavy it is", type: "number", value: null },
  { key: "floor", about: "which floor", type: "integer", value: null },
  { key: "coupon", about: "the voucher", type: "string", value: null },
  { key: "country", about: "the country", type: "string", value: null },
];

const nullRules = [
  "[Use null for what is missing.|null where nothing is said.|What is not in the text is null.|Missing values are null.|Write null if it is not stated.|Unknown: null.|If something is missing, write null.]",
];

/** The wish in words, and the fields of the answer in the order in which they are named. */
function instruct(maker: Maker, { fields, layout }: Request): string {
  const form = maker.below(20);
  const end =
    layout === "compact"
      ? maker.chance(0.15)
        ? phrase(maker, " [One line.|No spaces.|JSON only.|No other words.|Only the JSON.|Nothing else.]")
        : ""
      : layout === "spaced"
        ? phrase(maker, " [With spaces after colons and commas.|Put a space after each colon and comma.]")
        : phrase(maker, " [Indent by two spaces.|One key per line, indented by two spaces.|Pretty-print it.]");
  if (form < 8) return phraseOf(maker, keyLists, { keys: keyList(maker, fields) }) + end;
  if (form < 13)
    return phraseOf(maker, skeletons, { shape: shape(maker, fields, layout) }) + fallbacks(maker, fields) + end;
  if (form < 18)
    return (
      phraseOf(maker, tables, {
        lines: fields
          .map((field) => `${maker.chance(0.5) ? "- " : ""}${field.key}: ${describe(maker, field)}`)
          .join("\n"),
      }) + end
    );
  return phraseOf(maker, schemas, { schema: schema(fields) }) + fallbacks(maker, fields) + end;
}

/** Of these everybody guesses that they hold where nothing is said. */
const plainly = new Set(["normal", "medium", "standard", "regular"]);

const urgencies = [
  "[it can wait|nothing presses|they have time|there is time|not urgent|they can wait|no hurry]",
  "[urgent|it is urgent|pressed for time|in a hurry|it cannot wait|in haste|rushed]",
] as const;

function alternatives(maker: Maker, { values = [], fallback, about }: Field): string {
  if (about === "how urgent it is" && fallback !== undefined && maker.chance(0.45)) {
    const [calm, hurried] = urgencies.map((pattern) => phrase(maker, pattern));
    const cases = maker.shuffled([`${values[0]} if ${calm}`, `${values[2]} if ${hurried}`]);
    return `${cases.join(", ")}, ${phrase(maker, "[else|otherwise|in all other cases|if neither|by default|if nothing is said]")} ${fallback}`;
  }
  const rule =
    fallback === undefined || (plainly.has(fallback) && maker.chance(0.3))
      ? ""
      : phrase(
          maker,
          "[, {f} if nothing is said|, {f} by default|; else {f}|, otherwise {f}|, {f} when not stated|; usually {f}]",
          { f: fallback },
        );
  return joined(values, { word: "or" }) + rule;
}

function keyList(maker: Maker, fields: readonly Field[]): string {
  const quoted = maker.chance(0.2);
  const names = fields.map((field) => {
    const key = quoted ? `"${field.key}"` : field.key;
    if (field.type === "choice") return `${key} (${alternatives(maker, field)})`;
    return maker.chance(0.08) ? `${key} (${field.about})` : key;
  });
  return maker.chance(0.7) ? joined(names) : names.join(", ");
}

function describe(maker: Maker, field: Field): string {
  if (field.type === "choice")
    return maker.chance(0.5) ? alternatives(maker, field) : `${field.about} (${alternatives(maker, field)})`;
  if (field.type === "boolean") return phrase(maker, "{a}[, true or false| (true or false)|]", { a: field.about });
  return maker.chance(0.3) && field.type !== "list" ? `${field.about} (${field.type})` : field.about;
}

function placeholder(maker: Maker, field: Field): string {
  if (field.type === "choice") return (field.values ?? []).map((value) => JSON.stringify(value)).join("|");
  if (field.type === "list") return '["..."]';
  if (maker.chance(0.5)) return field.type;
  if (field.type === "string") return '"..."';
  return field.type === "boolean" ? "true|false" : "0";
}

function shape(maker: Maker, fields: readonly Field[], layout: Layout): string {
  const space = layout === "compact" ? "" : " ";
  return `{${fields.map((field) => `"${field.key}":${space}${placeholder(maker, field)}`).join(`,${space}`)}}`;
}

function schema(fields: readonly Field[]): string {
  const properties: { [key: string]: Json } = {};
  for (const { key, type, values } of fields)
    properties[key] = type === "choice" ? { enum: values ?? [] } : type === "list" ? { type: "array" } : { type };
  return JSON.stringify({ type: "object", properties });
}

function fallbacks(maker: Maker, fields: readonly Field[]): string {
  return fields
    .filter(({ fallback }) => fallback !== undefined && (!plainly.has(fallback) || maker.chance(0.5)))
    .map(({ key, fallback = "" }) =>
      phrase(
        maker,
        " [{k} is {f} if nothing is said.|Without a hint, {k} is {f}.|{k} is usually {f}.|The default of {k} is {f}.]",
        { k: key, f: fallback },
      ),
    )
    .join("");
}

function object(fields: readonly Field[]): { readonly [key: string]: Json } {
  return Object.fromEntries(fields.map(({ key, value }) => [key, value]));
}

/** Two groups of keys, under names of their own. */
function nest(maker: Maker, fields: readonly Field[]): { readonly [key: string]: Json } {
  const cut = maker.between(1, fields.length - 1);
  const [first, second] = maker.sample(
    ["head", "body", "order", "about", "info", "main", "details", "data", "part", "rest", "sender", "facts", "more"],
    2,
  ) as [string, string];
  if (maker.chance(0.4)) return { ...object(fields.slice(0, cut)), [second]: object(fields.slice(cut)) };
  return { [first]: object(fields.slice(0, cut)), [second]: object(fields.slice(cut)) };
}

function instructShape(maker: Maker, value: Json, fields: readonly Field[], layout: Layout): string {
  const shown = print(value, layout === "spaced" ? "spaced" : "compact", (key) => {
    const field = fields.find((candidate) => candidate.key === key);
    return field === undefined ? undefined : placeholder(maker, field);
  });
  return phraseOf(maker, skeletons, { shape: shown }) + (layout === "indented" ? " Indent by two spaces." : "");
}

/** JSON text; `stand` may give other text for the value of a key. */
function print(value: Json, layout: Layout, stand?: (key: string) => string | undefined): string {
  if (layout === "indented") return JSON.stringify(value, null, 2);
  const space = layout === "spaced" ? " " : "";
  const text = (part: Json): string => {
    if (part === null || typeof part !== "object") return JSON.stringify(part);
    if (Array.isArray(part)) return `[${part.map(text).join(`,${space}`)}]`;
    const entries = Object.entries(part as { readonly [key: string]: Json });
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${space}${stand?.(key) ?? text(inner)}`).join(`,${space}`)}}`;
  };
  return text(value);
}

/** The keys stand in the first answer, on which no loss is taken; the later ones follow it. */
function shownByExample(maker: Maker): ChatMessage[] {
  const order = maker.chance(0.7);
  const voice: Voice = maker.pick(["letter", "report", "form"] as const);
  const statements = order ? orderFacts : mixedFacts;
  const first = statements(maker, voice);
  const fields = uniqueFields(first).filter(({ type }) => type === "string" || type === "integer" || type === "number");
  if (fields.length === 0) return json(maker);
  const turns = maker.long ? maker.between(3, 5) : 1;
  const messages: ChatMessage[] = [
    { role: "system", content: phraseOf(maker, byExample) },
    { role: "user", content: compose(maker, { voice, statements: first, distracting: false }) },
    { role: "assistant", content: print(object(fields), "compact"), weight: 0 },
  ];
  for (let i = 0; i < turns; i++) {
    const next = likeFirst(maker, voice, fields, statements);
    if (next === undefined) continue;
    messages.push(
      { role: "user", content: next.text },
      { role: "assistant", content: print(object(next.fields), "compact") },
    );
  }
  return messages.length > 3 ? messages : json(maker);
}

/** Another text that states what the fields are about, under the same keys. */
function likeFirst(
  maker: Maker,
  voice: Voice,
  fields: readonly Field[],
  statements: typeof orderFacts,
): Record | undefined {
  for (let attempt = 0; attempt < 12; attempt++) {
    const next = statements(maker, voice);
    const found = next.flatMap((statement) => statement.fields);
    const same = fields.map((field) => ({ field, match: found.find(({ about }) => about === field.about) }));
    if (same.some(({ match }) => match === undefined)) continue;
    const matched = same.map(({ field, match }) => ({ ...field, value: match?.value ?? null }));
    return { text: compose(maker, { voice, statements: next, distracting: false }), fields: matched };
  }
  return undefined;
}

/** Several lines of goods become a list of objects. */
function listOfOrders(maker: Maker): ChatMessage[] {
  const lines = distinct(maker.long ? maker.between(6, 12) : maker.between(2, 3), () => orderLine(maker));
  const item = maker.pick(["item", "thing", "product", "name", "article"]);
  const count = maker.pick(["quantity", "count", "number", "amount", "pieces"]);
  const root = maker.pick(["items", "lines", "order", "goods", "list"]);
  const first = maker.chance(0.6);
  const rows = lines.map((line) =>
    first ? { [item]: line.item, [count]: line.value } : { [count]: line.value, [item]: line.item },
  );
  const row = first ? `{"${item}":string,"${count}":integer}` : `{"${count}":integer,"${item}":string}`;
  const bare = maker.chance(0.4);
  const shown = bare ? `[${row}, ...]` : `{"${root}":[${row}, ...]}`;
  const inLines = maker.long || maker.chance(0.5);
  const list = inLines
    ? lines.map(({ text }) => `${maker.pick(["- ", "- ", "* "])}${text}`).join("\n")
    : joined(lines.map(({ text }) => text));
  const text = inLines
    ? phrase(
        maker,
        "[Please send|We need|Order|Shopping list|Packing list|I'd like|For {p}|To {c}|Hello, we order]:\n{list}",
        { list, p: person(maker), c: city(maker) },
      )
    : phrase(maker, "[Please send|We need|I'd like|We order|Bring|Could you pack] {list}[.|, please.| to {c}.]", {
        list,
        c: city(maker),
      });
  const system = phrase(
    maker,
    "[Every line as an object|List all goods as JSON|One object per thing|Write the order as JSON|Extract all items]: {shown}",
    { shown },
  );
  return [
    { role: "system", content: system },
    { role: "user", content: text },
    { role: "assistant", content: print(bare ? rows : { [root]: rows }, "compact") },
  ];
}

/** Keys that mean nothing by themselves, explained line by line; some asked for in vain. */
export function explainedJson(maker: Maker): ChatMessage[] {
  const { text, fields } = record(maker, maker.chance(0.5));
  const renamed = maker.chance(0.5);
  const missing = renamed && maker.chance(0.5) ? [] : maker.sample(absent, maker.between(1, 2));
  const present = fields.map((field) =>
    renamed && maker.chance(0.7) ? { ...field, key: inventedWord(maker) } : field,
  );
  const all = uniqueFields([{ fields: maker.shuffled([...present, ...missing]), text: "" }]);
  const lines = all
    .map(
      (field) =>
        `- ${field.key}: ${field.type === "choice" ? `${field.about} (${alternatives(maker, field)})` : field.about}`,
    )
    .join("\n");
  const listed =
    !renamed && maker.chance(0.5)
      ? phraseOf(maker, keyLists, { keys: keyList(maker, all) })
      : phraseOf(maker, tables, { lines });
  const rule = missing.length > 0 ? (listed.includes("\n") ? "\n" : " ") + phraseOf(maker, nullRules) : "";
  return [
    { role: "system", content: listed + rule },
    { role: "user", content: text },
    { role: "assistant", content: print(object(all), "compact") },
  ];
}

import type { ChatMessage, ToolSettings } from "../core/chat.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { canonicalJson, sha256 } from "../core/hash.ts";
import { JsonBytes } from "../core/json-bytes.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { createDraw, type DrawSeries, drawSeries } from "./draw.ts";
import { type ExampleContent, settingsWriter, type WrittenLine } from "./example.ts";
import {
  isText,
  isTurns,
  type LoadedTemplates,
  type MessageTemplate,
  type TextTemplate,
  type TurnsTemplate,
} from "./load-templates.ts";
import type { ChatParts } from "./part-tokens.ts";
import type { NamedTemplate } from "./structured-template.ts";
import { isEmptyCell, scalarText } from "./template-values.ts";

type Values = Readonly<Record<string, unknown>>;

/** The column that names rows for good, where there is one. */
export function keyColumnOf({
  key,
  group,
}: {
  readonly key?: string | undefined;
  readonly group?: { readonly by: string } | undefined;
}): string | undefined {
  return key ?? group?.by;
}

/** Whose row this is: the value of its key column, else a hash of all it says. */
export function rowKey(values: Values, keyColumn: string | undefined): string | undefined {
  if (keyColumn === undefined) return sha256(canonicalJson(values)).slice(0, 24);
  const value = values[keyColumn];
  const text = scalarText(value);
  return text?.trim() === "" ? undefined : text;
}

/** What keeps rows in one split: the value of the group's column, where it has one, else the row's key. */
export function rowGroup(values: Values, groupColumn: string | undefined, key: string): string {
  const value = groupColumn === undefined ? undefined : values[groupColumn];
  return isEmptyCell(value) ? key : (scalarText(value) ?? canonicalJson(value));
}

export interface RenderSettings {
  readonly seed: number;
  readonly key: string;
  /** How many examples to make. */
  readonly variants: number;
}

/** What the messages of one example hang on, beside the row. */
interface MessageSettings {
  readonly seed: number;
  readonly key: string;
  readonly variant: number;
}

/** What a row's templates yield, with the number of the variant. */
export interface RenderedExample {
  readonly content: ExampleContent;
  /** From 0. */
  readonly variant: number;
}

/**
 * Renders the examples of rows: of each, one for each variant; a variant that says the same as one before is left out.
 * @returns A function that throws FtpipeError of `Template.render`.
 */
export function chatRenderer({
  messages: templates,
  tools: { tools, parallel_tool_calls, functions },
}: Pick<LoadedTemplates, "messages" | "tools">): (
  values: Values,
  settings: RenderSettings,
) => readonly RenderedExample[] {
  const beside = { tools, parallel_tool_calls, functions };
  const texts = plainChat(templates)?.map((text) => ({ ...text, draw: drawSeries(text.name) }));
  const write = texts === undefined ? undefined : lineMaker(texts, settingsWriter()(beside));
  const renderer: ChatRenderer = {
    messages: (values, settings) => renderMessages(templates, values, settings),
    parts(values, settings, begin, sink) {
      for (const { role, template, draw } of texts ?? []) {
        begin(role);
        draw.begin(settings);
        template.walk(values, draw, sink);
      }
    },
  };
  return (values, settings) => {
    const { seed, key } = settings;
    write?.start();
    return renderVariants(settings, (variant) => {
      const of = { seed, key, variant };
      const written = write?.make(values, of);
      if (written === undefined) return { messages: renderer.messages(values, of), ...beside };
      return new WrittenChat(written, beside, { renderer, values, of });
    });
  };
}

interface ChatRenderer {
  messages(values: Values, settings: MessageSettings): readonly ChatMessage[];
  /** Of templates that are all of plain texts. */
  parts(values: Values, settings: MessageSettings, ...to: Parameters<ChatParts>): void;
}

interface ChatOrigin {
  readonly renderer: ChatRenderer;
  readonly values: Values;
  readonly of: MessageSettings;
}

/** A chat of which there is the line; nobody may ever ask for the messages. */
class WrittenChat implements ExampleContent {
  readonly written: WrittenLine;
  readonly tools: ToolSettings["tools"];
  readonly parallel_tool_calls: ToolSettings["parallel_tool_calls"];
  readonly functions: ToolSettings["functions"];
  readonly #origin: ChatOrigin;
  #messages: readonly ChatMessage[] | undefined;

  constructor(written: WrittenLine, { tools, parallel_tool_calls, functions }: ToolSettings, origin: ChatOrigin) {
    this.written = written;
    this.tools = tools;
    this.parallel_tool_calls = parallel_tool_calls;
    this.functions = functions;
    this.#origin = origin;
  }

  get messages(): readonly ChatMessage[] {
    const { renderer, values, of } = this.#origin;
    this.#messages ??= renderer.messages(values, of);
    return this.#messages;
  }

  parts(...to: Parameters<ChatParts>): void {
    const { renderer, values, of } = this.#origin;
    renderer.parts(values, of, ...to);
  }
}

/** The templates, if each is of a text without a weight, and the last is the answer's. */
export function plainChat(templates: readonly MessageTemplate[]): readonly TextTemplate[] | undefined {
  const texts = templates.filter(isText).filter(({ weight }) => weight === undefined);
  return texts.length === templates.length && texts.at(-1)?.role === "assistant" ? texts : undefined;
}

/** Makes the lines of rows. */
interface LineMaker {
  /** Begins a row: the memory of the last one's lines is used again. */
  start(): void;
  /** Undefined if one of the messages is not as it should be. */
  make(values: Values, settings: MessageSettings): WrittenLine | undefined;
}

/** @param texts Of `plainChat`. @param settings What follows the messages. */
function lineMaker(texts: readonly (TextTemplate & { readonly draw: DrawSeries })[], settings: string): LineMaker {
  const json = new JsonBytes();
  const messages = texts.map(({ role, template, draw }, place) => ({
    head: Buffer.from(`${place === 0 ? "" : '"},'}{"role":"${role}","content":"`),
    endOfLast: place === 0 ? 0 : '"}'.length,
    template,
    draw,
  }));
  const [before, after] = [Buffer.from('{"messages":['), Buffer.from(`"}]${settings}}`)];
  return {
    start: () => json.clear(),
    make(values, settings) {
      const start = json.length;
      let [prompt, answer] = [0, 0];
      json.add(before);
      for (const { head, endOfLast, template, draw } of messages) {
        draw.begin(settings);
        prompt = json.length + endOfLast;
        json.add(head);
        answer = json.length;
        if (!template.write(values, draw, json)) return undefined;
      }
      const end = json.length;
      json.add(after);
      return {
        line: json.slice(start, json.length),
        prompt: json.slice(start, prompt),
        answer: [answer - start, end - start],
      };
    },
  };
}

export function renderMessages(
  templates: readonly MessageTemplate[],
  values: Values,
  { seed, key, variant }: MessageSettings,
): readonly ChatMessage[] {
  return makeMessages(templates, {
    text: ({ name, template }) => template.render(values, createDraw({ seed, key, variant, template: name })),
    turns: (message) => message.read(values),
  });
}

/** Makes the messages of templates in their order. @param text Renders one of them. @param turns Reads those of a list. */
export function makeMessages(
  templates: readonly MessageTemplate[],
  {
    text,
    turns,
  }: {
    readonly text: (template: NamedTemplate) => string;
    readonly turns: (template: TurnsTemplate) => readonly ChatMessage[];
  },
): readonly ChatMessage[] {
  const open: string[] = [];
  return templates.flatMap((message): ChatMessage | readonly ChatMessage[] => {
    if (isTurns(message)) return turns(message);
    if (!isText(message)) return message.make(text, open);
    const { role, weight } = message;
    return weight === undefined ? { role, content: text(message) } : { role, content: text(message), weight };
  });
}

/** As many variants as are wanted, each different from those before. */
export function renderVariants(
  { variants }: RenderSettings,
  render: (variant: number) => ExampleContent,
): readonly RenderedExample[] {
  if (variants === 1) return [{ variant: 0, content: render(0) }];
  const seen = new Set<string>();
  const examples: RenderedExample[] = [];
  for (let variant = 0; variant < variants; variant++) {
    const content = render(variant);
    const { written } = content;
    const text =
      written === undefined
        ? JSON.stringify([content.messages, content.rejected, content.item])
        : Buffer.from(written.line).toString("latin1"); // any encoding tells them apart
    if (seen.has(text)) continue;
    seen.add(text);
    examples.push({ variant, content });
  }
  return examples;
}

/** A fault of rendering, told from the row that met it. */
export function renderProblem(error: unknown, row: Location): Problem {
  if (!(error instanceof FtpipeError)) throw error;
  const { code, message, hint, location } = error;
  if (location === undefined) return problem("error", code, message, { hint, location: row });
  const place = formatLocation(location);
  const told =
    code === "TEMPLATE_EMPTY_CELL" ? `${message.replace(/\.$/, "")}, but ${place} needs it.` : `${message} (${place})`;
  return problem("error", code, told, { hint, location: row });
}

import type { ChatRole } from "../core/chat.ts";
import type { Literal, Sink } from "./template-direct.ts";

/**
 * Gives the texts of a chat part by part, as its templates yield them.
 * @param begin Is told the role of each message before its parts come.
 */
export type ChatParts = (begin: (role: ChatRole) => void, sink: Sink) => void;

/** Of one chat: its messages, the tokens of its texts that are counted, and of those among them that are learnt. */
export interface PartTokens {
  readonly messages: number;
  readonly tokens: number;
  readonly trained: number;
}

export interface PartTokenCounter {
  count(content: { parts: ChatParts }): PartTokens;
}

export interface PartTokenSettings {
  readonly countText: (text: string) => number;
  /** Is given the texts that are another in nearly every row, instead of having them counted. */
  readonly leave?: ((text: string, isTrained: boolean) => void) | undefined;
}

/**
 * Counts the tokens of chats part by part. A text is cut where any tokenizer's pattern cuts it, within the literals of
 * its template: what lies between two cuts of a literal is counted once for all rows; what lies around a cell is
 * remembered, unless it is another in nearly every row. The sums are those of the whole texts.
 */
export function partTokenCounter({ countText, leave }: PartTokenSettings): PartTokenCounter {
  const cuts = new Map<Literal, Cut | undefined>();
  const ends: Ending[] = [];
  // What is not settled yet: the tail of a literal, then mostly one cell.
  let tail = "";
  let cell: string | undefined;
  let isTrained = false;
  let [messages, tokens, trained] = [0, 0, 0];

  const add = (count: number): void => {
    tokens += count;
    if (isTrained) trained += count;
  };
  const settle = (ending: Ending): void => {
    const memory = ending.after(tail);
    const varying = cell ?? "";
    const known = memory.known(varying);
    if (known !== undefined) {
      add(known);
      return;
    }
    const text = tail + varying + ending.head;
    if (leave !== undefined && memory.isVaried()) leave(text, isTrained);
    else add(memory.learn(varying, countText(text)));
  };
  const cutOf = (literal: Literal): Cut | undefined => {
    if (!cuts.has(literal)) cuts.set(literal, cutLiteral(literal.text, countText));
    return cuts.get(literal);
  };
  const sink: Sink = {
    text(text) {
      cell = cell === undefined ? text : cell + text;
    },
    literal(literal) {
      const cut = cutOf(literal);
      if (cut === undefined) {
        if (cell === undefined) tail += literal.text;
        else cell += literal.text;
        return;
      }
      settle(cut.ending);
      add(cut.tokens);
      tail = cut.tail;
      cell = undefined;
    },
  };
  const endMessage = (): void => {
    if (messages === 0) return;
    ends[messages] ??= createEnding("");
    settle(ends[messages] as Ending);
    tail = "";
    cell = undefined;
  };
  const begin = (role: ChatRole): void => {
    endMessage();
    messages++;
    isTrained = role === "assistant";
  };
  return {
    count(content) {
      messages = 0;
      tokens = 0;
      trained = 0;
      content.parts(begin, sink);
      endMessage();
      return { messages, tokens, trained };
    },
  };
}

/** What of a literal goes with the part before it, what stands for itself, and what goes with the part after it. */
interface Cut {
  readonly ending: Ending;
  readonly tokens: number;
  readonly tail: string;
}

/**
 * Where the patterns of o200k_base and cl100k_base begin anew, whatever stands before and after: at a space between
 * something visible and a letter, for only white space goes on with a space; and behind a line end, before something
 * visible but a slash.
 * @see https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py
 */
const boundary = /(?<=[!-~]) (?=[A-Za-z])|(?<=\n)(?=[!-.0-~])/g;

/** Undefined if there is no place to cut it. */
function cutLiteral(text: string, countText: (text: string) => number): Cut | undefined {
  const places = [...text.matchAll(boundary)].map(({ index }) => index);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const inner = text.slice(first, last);
  return {
    ending: createEnding(text.slice(0, first)),
    tokens: inner === "" ? 0 : countText(inner),
    tail: text.slice(last),
  };
}

/** What texts end with, and what is remembered of them. */
interface Ending {
  readonly head: string;
  /** Of the texts that begin with it. */
  after(tail: string): Memory;
}

function createEnding(head: string): Ending {
  // Nearly always the same: another one where an if was left out.
  const memories = new Map<string, Memory>();
  let last: { readonly tail: string; readonly memory: Memory } | undefined;
  return {
    head,
    after(tail) {
      if (last?.tail === tail) return last.memory;
      const memory = memories.get(tail) ?? textMemory();
      memories.set(tail, memory);
      last = { tail, memory };
      return memory;
    },
  };
}

/** Remembers the tokens of texts by what varies in them. */
interface Memory {
  /** The tokens of a text that was learnt. Also takes note that it came. */
  known(text: string): number | undefined;
  /** @returns The tokens. */
  learn(text: string, tokens: number): number;
  /** Whether nearly every text is another, so that none is remembered. */
  isVaried(): boolean;
}

/** Texts at one place after which it is known whether they are worth remembering. */
const trial = 512;
const mostKnown = 4096;
/** UTF-16 units of a text that is remembered: longer ones are hardly ever the same. */
const longest = 512;

function textMemory(): Memory {
  const texts = new Map<string, number>();
  let [asked, missed] = [0, 0];
  let isVaried = false;
  return {
    isVaried: () => isVaried,
    known(text) {
      if (isVaried) return undefined;
      asked++;
      return texts.get(text);
    },
    learn(text, tokens) {
      if (isVaried) return tokens;
      missed++;
      isVaried = missed >= trial && missed * 2 > asked;
      if (isVaried || texts.size >= mostKnown) texts.clear();
      if (!isVaried && text.length <= longest) texts.set(text, tokens);
      return tokens;
    },
  };
}

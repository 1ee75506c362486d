import type { Floats } from "./kernels/matrix.ts";
import type { Parameters } from "./parameters.ts";
import { special } from "./tokenizer.ts";

/** Longest match, in tokens, that the copy head tells apart. */
const longestMatch = 4;

/** Kinds of suggestion: matches of each length and mere presence, each in earlier messages and in this one. */
export const copyKinds = 2 * (longestMatch + 1);

/** Tokens that the context suggests as the next one. */
export interface Suggestion {
  /** From 0 to below `copyKinds`; the copy head learns for each how far it is to be trusted. */
  readonly kind: number;
  /** Distinct. */
  readonly tokens: readonly number[];
}

/** A chat as the copy head sees it. */
export interface CopyContext {
  push(token: number): void;
  /**
   * What suggests itself after the tokens pushed so far: the token that followed where the end of the context
   * occurred before (the longest match, the most recent of equals), and every token that occurred at all. Both
   * are told apart by whether they come from earlier messages or from this one: to take up what was asked is
   * one thing, to repeat oneself another.
   */
  suggestions(): readonly Suggestion[];
  reset(): void;
}

/** @param capacity Most tokens of a chat. */
export function createCopyContext(capacity: number): CopyContext {
  const tokens = new Int32Array(capacity);
  const earlier = new Set<number>();
  const current = new Set<number>();
  let count = 0;
  /** Where this message's role token stands. */
  let messageStart = 0;

  return {
    push(token) {
      if (isRole(token)) {
        for (const known of current) earlier.add(known);
        current.clear();
        messageStart = count;
      }
      current.add(token);
      tokens[count++] = token;
    },
    suggestions() {
      const found: Suggestion[] = [];
      const add = (place: 0 | 1, match: Match | undefined, present: ReadonlySet<number>): void => {
        const first = place * (longestMatch + 1);
        if (match !== undefined) found.push({ kind: first + match.length - 1, tokens: [match.token] });
        found.push({ kind: first + longestMatch, tokens: [...present] });
      };
      const seen = tokens.subarray(0, count);
      add(0, findMatch(seen, { from: 1, to: messageStart }), earlier);
      add(1, findMatch(seen, { from: messageStart + 1, to: count }), current);
      return found;
    },
    reset() {
      count = 0;
      messageStart = 0;
      earlier.clear();
      current.clear();
    },
  };
}

/**
 * The copy head: raises the logits of suggested tokens, each kind of suggestion by a learnt linear function of
 * the state. Without it a small model learns the style of its answers, but not to name what it was asked about.
 * @param logits (V) @param state (C), of the position that predicts.
 */
export function addCopyLogits(
  logits: Floats,
  { copyWeights, copyBias }: Pick<Parameters, "copyWeights" | "copyBias">,
  state: Floats,
  suggestions: readonly Suggestion[],
): void {
  const C = state.length;
  for (const { kind, tokens } of suggestions) {
    let raise = copyBias[kind]!;
    for (let c = 0; c < C; c++) raise += copyWeights[kind * C + c]! * state[c]!;
    for (const token of tokens) logits[token] = logits[token]! + raise;
  }
}

function isRole(token: number): boolean {
  return token === special.system || token === special.user || token === special.assistant;
}

interface Match {
  readonly token: number;
  /** Tokens before it that equal those at the end of the context, 1 to `longestMatch`. */
  readonly length: number;
}

/** @param range Where the suggested token may stand. */
function findMatch(tokens: Int32Array, { from, to }: { from: number; to: number }): Match | undefined {
  const last = tokens.length - 1;
  let best = 0;
  let token = -1;
  for (let next = to - 1; next >= from; next--) {
    let length = 0;
    while (length < longestMatch && length < next && tokens[next - 1 - length] === tokens[last - length]) length++;
    if (length > best) {
      best = length;
      token = tokens[next]!;
      if (length === longestMatch) break;
    }
  }
  return best === 0 ? undefined : { token, length: best };
}

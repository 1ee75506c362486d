import { joiner, special } from "../tokenizer.ts";
import type { Machine, State } from "./machine.ts";
import { advance, canJoin, type SpanPlace, type Spans } from "./spans.ts";
import type { Position, TokenCount } from "./token-count.ts";
import type { Seam, TokenTries } from "./token-trie.ts";

/** Keeps free strings to what repeats words. */
export interface SpanLimit {
  readonly spans: Spans;
  readonly place: SpanPlace;
}

export interface Masks {
  /**
   * Writes which tokens may come next.
   * @param left Tokens that may follow the next one.
   */
  write(allowed: Uint8Array, position: Position, left: number): void;
  /** Of those, the ones that keep to the spans. @returns Whether there is any. */
  writeSpans(allowed: Uint8Array, position: Position, limits: SpanLimit & { readonly left: number }): boolean;
}

/** Tokens that may come next, without regard to how many are left. */
interface Mask {
  /** (V) */
  readonly allowed: Uint8Array;
  /** With so many tokens left after the next one, each of those allowed still leads to an end. */
  readonly enough: number;
}

type Visit = (token: number, state: State, seam: Seam) => void;

/** Masks without further limits are made once for each state and kept. */
export function createMasks(machine: Machine, tries: TokenTries, count: TokenCount): Masks {
  const kept: Readonly<Record<Seam, Map<State, Mask>>> = { apart: new Map(), joined: new Map(), spaced: new Map() };
  const states: State[] = [];
  const places: SpanPlace[] = [];

  /** Visits the tokens that add at least one byte, sharing the work for those that begin alike. */
  const visitTokens = ({ state, seam }: Position, visit: Visit, limit?: SpanLimit): void => {
    const trie = seam === "joined" ? tries.joined : tries.apart;
    states[0] = state;
    places[0] = limit?.place;
    for (let node = 0; node < trie.byte.length; ) {
      const depth = trie.depth[node]!;
      const [before, byte] = [states[depth]!, trie.byte[node]!];
      const after = machine.step(before, byte);
      const place = limit && after && advance(limit.spans, places[depth], { before, byte, after });
      if (after === null || place === null) {
        node = trie.skip[node]!;
        continue;
      }
      states[depth + 1] = after;
      places[depth + 1] = place;
      for (let entry = trie.from[node]!; entry < trie.from[node + 1]!; entry++) {
        if (trie.joins[entry] === 0) visit(trie.token[entry]!, after, "apart");
        // A joiner says that a word follows, so none stands at the end.
        else if (tries.hasJoiner && after.paths.length > 0 && (limit === undefined || canJoin(limit.spans, place))) {
          visit(trie.token[entry]!, after, "joined");
        }
      }
      node++;
    }
  };

  /** Visits the tokens that add no byte. */
  const visitEmpty = ({ state, seam }: Position, visit: Visit): void => {
    if (!tries.hasJoiner || state.paths.length === 0) return;
    if (seam === "apart") visit(joiner, state, "joined");
    else if (seam === "joined") visit(tries.space, state, "spaced");
  };

  const maskOf = (position: Position): Mask => {
    const known = kept[position.seam].get(position.state);
    if (known !== undefined) return known;
    const allowed = new Uint8Array(tries.vocabulary);
    let enough = 0;
    const visit: Visit = (token, state, seam) => {
      allowed[token] = 1;
      enough = Math.max(enough, state.least + (seam === "joined" ? 1 : 0));
    };
    visitTokens(position, visit);
    visitEmpty(position, visit);
    if (position.state.whole) allowed[special.end] = 1;
    const mask = { allowed, enough };
    kept[position.seam].set(position.state, mask);
    return mask;
  };

  return {
    write(allowed, position, left) {
      const mask = maskOf(position);
      if (mask.enough <= left) {
        allowed.set(mask.allowed);
        return;
      }
      allowed.fill(0);
      const visit: Visit = (token, state, seam) => {
        if (count.isWithin({ state, seam }, left)) allowed[token] = 1;
      };
      visitTokens(position, visit);
      visitEmpty(position, visit);
      if (position.state.whole) allowed[special.end] = 1;
    },
    writeSpans(allowed, position, { left, spans, place }) {
      let any = position.state.whole;
      allowed.fill(0);
      const visit: Visit = (token, state, seam) => {
        if (!count.isWithin({ state, seam }, left)) return;
        allowed[token] = 1;
        any = true;
      };
      visitTokens(position, visit, { spans, place });
      if (any) {
        visitEmpty(position, (token, state, seam) => {
          if (seam === "joined" && !canJoin(spans, place)) return;
          if (count.isWithin({ state, seam }, left)) allowed[token] = 1;
        });
      }
      if (position.state.whole) allowed[special.end] = 1;
      return any;
    },
  };
}

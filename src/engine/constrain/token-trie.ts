import { firstByte, special, type Tokenizer } from "../tokenizer.ts";

/**
 * Whether the text so far ends in a joiner. `spaced`: it did, and a token has since been swallowed whole, so that
 * nothing but bytes may follow: else joiners and spaces could go on for ever without writing anything.
 */
export type Seam = "apart" | "joined" | "spaced";

/**
 * The tokens as a tree over the bytes that they add. Nodes are numbered so that a node's descendants follow it
 * directly: N nodes, E tokens.
 */
export interface TokenTrie {
  /** (N) */
  readonly byte: Uint8Array;
  /** (N): from 0. */
  readonly depth: Uint8Array;
  /** (N): the first node that is no descendant. */
  readonly skip: Int32Array;
  /** (N+1): where a node's tokens begin in the next two. */
  readonly from: Int32Array;
  /** (E) */
  readonly token: Int32Array;
  /** (E): 1 if the token ends in a joiner. */
  readonly joins: Uint8Array;
  /** (256): the node at depth 0 of each byte, -1 if there is none. */
  readonly roots: Int32Array;
}

export interface TokenTries {
  readonly vocabulary: number;
  /** Bytes of the longest token. */
  readonly longest: number;
  readonly apart: TokenTrie;
  readonly joined: TokenTrie;
  /** After a joiner: adds nothing, and the joiner is used up. */
  readonly space: number;
  /** Whether the tokenizer writes joiners. */
  readonly hasJoiner: boolean;
}

interface Branch {
  readonly children: Map<number, Branch>;
  readonly tokens: { readonly token: number; readonly joins: boolean }[];
}

export function createTokenTries(tokenizer: Tokenizer): TokenTries {
  let longest = 1;
  const trieOf = (joined: boolean): TokenTrie => {
    const root: Branch = { children: new Map(), tokens: [] };
    for (let token = special.end + 1; token < tokenizer.vocabulary; token++) {
      const { bytes, joined: joins } = tokenizer.append(token, joined);
      longest = Math.max(longest, bytes.length);
      let branch = root;
      for (const byte of bytes) {
        let child = branch.children.get(byte);
        if (child === undefined) {
          child = { children: new Map(), tokens: [] };
          branch.children.set(byte, child);
        }
        branch = child;
      }
      if (branch !== root) branch.tokens.push({ token, joins });
    }
    return flatten(root);
  };
  return {
    vocabulary: tokenizer.vocabulary,
    apart: trieOf(false),
    joined: trieOf(true),
    longest,
    space: firstByte + 0x20,
    hasJoiner: tokenizer.prefix !== "",
  };
}

/** The child of a node by its byte, -1 if there is none. */
export function childOf(trie: TokenTrie, node: number, byte: number): number {
  const after = trie.skip[node]!;
  for (let child = node + 1; child < after; child = trie.skip[child]!) if (trie.byte[child] === byte) return child;
  return -1;
}

function flatten(root: Branch): TokenTrie {
  const byte: number[] = [];
  const depth: number[] = [];
  const skip: number[] = [];
  const from: number[] = [];
  const token: number[] = [];
  const joins: number[] = [];
  const roots = new Int32Array(256).fill(-1);
  const add = (branch: Branch, level: number): void => {
    for (const [value, child] of branch.children) {
      const node = byte.length;
      if (level === 0) roots[value] = node;
      byte.push(value);
      depth.push(level);
      skip.push(0);
      from.push(token.length);
      for (const entry of child.tokens) {
        token.push(entry.token);
        joins.push(entry.joins ? 1 : 0);
      }
      add(child, level + 1);
      skip[node] = byte.length;
    }
  };
  add(root, 0);
  from.push(token.length);
  return {
    byte: Uint8Array.from(byte),
    depth: Uint8Array.from(depth),
    skip: Int32Array.from(skip),
    from: Int32Array.from(from),
    token: Int32Array.from(token),
    joins: Uint8Array.from(joins),
    roots,
  };
}

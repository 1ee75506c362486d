import { FtpipeError } from "../core/errors.ts";
import { type Sha256, sha256 } from "../core/hash.ts";
import type { ManifestLine } from "./manifest.ts";
import { splitNames } from "./split.ts";

/**
 * Which rows a model was made from, by hash, small enough to commit: 8 bytes a row. Two states tell which rows came,
 * went, changed or moved between splits, without the data of either.
 */
export interface KeptRows {
  /** sha256 of the manifest that it was made from, as the lock has it. */
  readonly manifest: Sha256;
  /** Rows in all. */
  readonly rows: number;
  /** 0: every row is kept. n: those rows whose key's hash starts with n zero bits, one in 2^n. */
  readonly halvings: number;
  /** Two words for each kept row, sorted by key: see `pack`. */
  readonly words: Uint32Array;
}

/** More rows than this are kept by a share of them, the same rows in every state: the file stays under 13 MB. */
const mostKeptRows = 1_000_000;

const contentMask = 0x3f_ffff;

/**
 * A row in 64 bits: 40 of its key's hash, 22 of its examples' hashes, 2 for its split. Among a million rows half a
 * pair shares its 40 bits, and one change in four million stays unseen.
 */
function pack(keyLow: number, content: number, split: number): number {
  return ((keyLow << 24) | (content << 2) | split) >>> 0;
}

export interface RowCollector {
  add(line: ManifestLine): void;
  /** @param manifest sha256 of the file that the lines came from. @param most For tests; default `mostKeptRows`. */
  end(manifest: Sha256, most?: number): KeptRows;
}

/** Gathers the lines of a manifest into rows: the variants of a row, and rows with one key, become one. */
export function rowCollector(): RowCollector {
  let words = new Uint32Array(1 << 10);
  let used = 0;
  return {
    add([split, , , , key, example]) {
      if (used === words.length) {
        const longer = new Uint32Array(words.length * 2);
        longer.set(words);
        words = longer;
      }
      const content = Number.parseInt(example.slice(0, 6), 16) >>> 2;
      words[used++] = pack(Number.parseInt(key.slice(8, 10), 16), content, splitNames.indexOf(split));
      words[used++] = Number.parseInt(key.slice(0, 8), 16);
    },
    end(manifest, most = mostKeptRows) {
      const all = oneByKey(words.slice(0, used));
      const rows = all.length / 2;
      const halvings = Math.max(0, Math.ceil(Math.log2(rows / most)));
      return { manifest, rows, halvings, words: shareOf(all, halvings) };
    },
  };
}

/** Sorts rows by key, in place, and joins those of one key: their contents add up, whatever their order. */
function oneByKey(words: Uint32Array): Uint32Array {
  new BigUint64Array(words.buffer).sort();
  let kept = 0;
  for (let at = 0; at < words.length; at += 2) {
    const [low, high] = [words[at] as number, words[at + 1] as number];
    const before = words[kept - 2] ?? 0;
    if (kept > 0 && words[kept - 1] === high && before >>> 24 === low >>> 24) {
      const content = (contentOf(before) + contentOf(low)) & contentMask;
      words[kept - 2] = pack(low >>> 24, content, Math.min(before & 3, low & 3));
      continue;
    }
    words[kept++] = low;
    words[kept++] = high;
  }
  return words.slice(0, kept);
}

const contentOf = (low: number): number => (low >>> 2) & contentMask;

/** Those rows whose key's hash starts with that many zero bits: as they are sorted, the first ones. */
function shareOf(words: Uint32Array, halvings: number): Uint32Array {
  if (halvings === 0) return words;
  const limit = 2 ** (32 - halvings);
  let end = 0;
  while (end < words.length && (words[end + 1] as number) < limit) end += 2;
  return words.slice(0, end);
}

/** How the rows of one state differ from those of another; a row that moved to another split counts as nothing else. */
export interface RowChanges {
  /** Whether every row was compared; else the numbers are estimates from a share of them. */
  readonly exact: boolean;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
  /** Of each kind the keys of some rows: see `rowMark`. */
  readonly some: Readonly<Record<RowChange, ReadonlySet<number>>>;
}

export type RowChange = "added" | "removed" | "changed" | "moved";

/** What stands for a row here, by the key's hash in its manifest. */
export function rowMark(keyHash: string): number {
  return Number.parseInt(keyHash.slice(0, 10), 16);
}

/** @param most So many rows of each kind are named. */
export function compareRows(before: KeptRows, after: KeptRows, most: number): RowChanges {
  const halvings = Math.max(before.halvings, after.halvings);
  const [old, now] = [shareOf(before.words, halvings), shareOf(after.words, halvings)];
  const counts = { added: 0, removed: 0, changed: 0, moved: 0 };
  const some = {
    added: new Set<number>(),
    removed: new Set<number>(),
    changed: new Set<number>(),
    moved: new Set<number>(),
  };
  const note = (change: RowChange, mark: number) => {
    counts[change]++;
    if (some[change].size < most) some[change].add(mark);
  };
  const markAt = (words: Uint32Array, at: number): number =>
    at < words.length ? (words[at + 1] as number) * 256 + ((words[at] as number) >>> 24) : Number.POSITIVE_INFINITY;
  let [from, to] = [0, 0];
  while (from < old.length || to < now.length) {
    const [was, is] = [markAt(old, from), markAt(now, to)];
    if (was < is) note("removed", was);
    else if (is < was) note("added", is);
    else {
      const [low, other] = [old[from] as number, now[to] as number];
      if ((low & 3) !== (other & 3)) note("moved", is);
      else if (low !== other) note("changed", is);
    }
    if (was <= is) from += 2;
    if (is <= was) to += 2;
  }
  const scaled = Object.fromEntries(
    Object.entries(counts).map(([change, count]) => [change, count * 2 ** halvings]),
  ) as typeof counts;
  return { exact: halvings === 0, ...scaled, some };
}

const heading = "# Written by ftpipe: the rows that each model was made from, by hash. Commit it; do not edit it.";

interface StateHead {
  readonly manifest: Sha256;
  readonly rows: number;
  readonly halvings: number;
  /** Of the lines that follow. */
  readonly sha256: Sha256;
}

/** States as text, a line for each row, so that git keeps what changed only. */
export function formatKeptRows(states: readonly KeptRows[]): string {
  const blocks = states
    .toSorted((a, b) => (a.manifest < b.manifest ? -1 : 1))
    .map(({ manifest, rows, halvings, words }) => {
      const lines = linesOf(words);
      const head: StateHead = { manifest, rows, halvings, sha256: sha256(lines) };
      return `${JSON.stringify(head)}\n${lines}`;
    });
  return [`${heading}\n`, ...blocks].join("");
}

function linesOf(words: Uint32Array): string {
  const row = Buffer.alloc(8);
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 2) {
    row.writeUInt32BE(words[at + 1] as number, 0);
    row.writeUInt32BE(words[at] as number, 4);
    lines.push(`${row.toString("base64url")}\n`);
  }
  return lines.join("");
}

/** @throws FtpipeError STATE_DAMAGED for a file that was cut or edited, or that a merge left in two halves. */
export function parseKeptRows(text: string, file: string): readonly KeptRows[] {
  const damaged = (what: string) =>
    new FtpipeError("STATE_DAMAGED", `The record of the rows ${what}.`, {
      hint: "Restore it from git, or remove it: the next run writes it anew.",
      location: { file },
    });
  if (!text.startsWith(`${heading}\n`)) throw damaged("is not in the format of this version");
  return text
    .slice(heading.length + 1)
    .split(/^(?=\{)/m)
    .filter((block) => block !== "")
    .map((block) => {
      const end = block.indexOf("\n") + 1;
      const lines = block.slice(end);
      const head = headOf(block.slice(0, end));
      if (head === undefined || sha256(lines) !== head.sha256) throw damaged("was cut or edited");
      const { manifest, rows, halvings } = head;
      return { manifest, rows, halvings, words: wordsOf(lines) };
    });
}

function headOf(line: string): StateHead | undefined {
  try {
    return JSON.parse(line) as StateHead;
  } catch {
    return undefined; // half of a line is no JSON: the caller says so
  }
}

const lineLength = 12;

function wordsOf(lines: string): Uint32Array {
  const words = new Uint32Array((lines.length / lineLength) * 2);
  for (let at = 0; at < words.length; at += 2) {
    const start = (at / 2) * lineLength;
    const row = Buffer.from(lines.slice(start, start + lineLength - 1), "base64url");
    words[at + 1] = row.readUInt32BE(0);
    words[at] = row.readUInt32BE(4);
  }
  return words;
}

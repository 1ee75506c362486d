/** One example ready for training. Both arrays: (n). */
export interface Sequence {
  readonly tokens: Int32Array;
  /** The token that should come next; -1 where no loss is taken. */
  readonly targets: Int32Array;
}

/** Sequences that are run together: their rows lie one after another, so that products have many rows. */
export interface Pack {
  readonly sequences: readonly Sequence[];
  /** First row of each sequence; one more at the end. */
  readonly starts: readonly number[];
}

export function packOf(sequences: readonly Sequence[]): Pack {
  const starts = [0];
  for (const { tokens } of sequences) starts.push(starts.at(-1)! + tokens.length);
  return { sequences, starts };
}

export function rowCount({ starts }: Pack): number {
  return starts.at(-1)!;
}

/** Cuts a list into packs of at most `capacity` rows, in order. Each sequence must fit alone. */
export function cutIntoPacks(sequences: readonly Sequence[], capacity: number): readonly Pack[] {
  const packs: Pack[] = [];
  let open: Sequence[] = [];
  let rows = 0;
  for (const sequence of sequences) {
    if (open.length > 0 && rows + sequence.tokens.length > capacity) {
      packs.push(packOf(open));
      open = [];
      rows = 0;
    }
    open.push(sequence);
    rows += sequence.tokens.length;
  }
  if (open.length > 0) packs.push(packOf(open));
  return packs;
}

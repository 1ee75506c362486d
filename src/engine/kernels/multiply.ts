import type { Floats, Matrix } from "./matrix.ts";

/** out (+)= left * right; out: (M,N), left: (M,K), right: (K,N). `out` must have unit column stride and overlap neither operand. */
export type Multiply = (out: Matrix, left: Matrix, right: Matrix, accumulate?: boolean) => void;

const tileRows = 4;
const tileColumns = 3;

/**
 * A matrix product over packed panels with a 4x3 tile of sums in registers. Each product is summed in 64 bits
 * in the order of K, so the result depends on neither the tile nor the thread.
 * The returned function owns its packing space: one per thread.
 */
export function createMultiply(): Multiply {
  let leftPanel = new Float64Array(0); // (K, tileRows)
  let rightPanels = new Float64Array(0); // (N / tileColumns, K, tileColumns)
  const tile = new Float64Array(tileRows * tileColumns);

  return (out, left, right, accumulate = false) => {
    const { rows: M, columns: K } = left;
    const N = right.columns;
    if (right.rows !== K || out.rows !== M || out.columns !== N || out.columnStride !== 1) {
      throw new Error(`cannot multiply (${M},${K}) by (${right.rows},${N}) into (${out.rows},${out.columns})`);
    }
    const panels = Math.ceil(N / tileColumns);
    if (leftPanel.length < K * tileRows) leftPanel = new Float64Array(K * tileRows);
    if (rightPanels.length < panels * K * tileColumns) rightPanels = new Float64Array(panels * K * tileColumns);
    packColumns(rightPanels, right);
    for (let i = 0; i < M; i += tileRows) {
      packRows(leftPanel, left, i);
      const height = Math.min(tileRows, M - i);
      for (let panel = 0; panel < panels; panel++) {
        multiplyTile(tile, leftPanel, rightPanels, panel * K * tileColumns, K);
        const j = panel * tileColumns;
        const width = Math.min(tileColumns, N - j);
        storeTile(out.data, out.offset + i * out.rowStride + j, out.rowStride, tile, height, width, accumulate);
      }
    }
  };
}

/** Rows `first` to `first + 3` of left, K-major; rows past the end are 0. */
function packRows(panel: Float64Array, left: Matrix, first: number): void {
  for (let row = 0; row < tileRows; row++) {
    const start = first + row < left.rows ? left.offset + (first + row) * left.rowStride : undefined;
    packLine(panel, { to: row, step: tileRows, count: left.columns }, left.data, start, left.columnStride);
  }
}

/** All of right in panels of 3 columns, each K-major; columns past the end are 0. */
function packColumns(panels: Float64Array, right: Matrix): void {
  const K = right.rows;
  const padded = Math.ceil(right.columns / tileColumns) * tileColumns;
  for (let j = 0; j < padded; j++) {
    const to = Math.floor(j / tileColumns) * K * tileColumns + (j % tileColumns);
    const start = j < right.columns ? right.offset + j * right.columnStride : undefined;
    packLine(panels, { to, step: tileColumns, count: K }, right.data, start, right.rowStride);
  }
}

/** Copies one row or column into every `step`th place; zeros where `start` is undefined. */
function packLine(
  panel: Float64Array,
  { to, step, count }: { to: number; step: number; count: number },
  from: Floats,
  start: number | undefined,
  stride: number,
): void {
  const end = to + count * step;
  if (start === undefined) {
    for (let at = to; at < end; at += step) panel[at] = 0;
    return;
  }
  for (let at = to, source = start; at < end; at += step, source += stride) panel[at] = from[source]!;
}

/** tile = one 4x3 block of the product, all of K. Twelve sums and their operands just fit the 16 registers. */
function multiplyTile(
  tile: Float64Array,
  left: Float64Array,
  right: Float64Array,
  rightStart: number,
  K: number,
): void {
  let s00 = 0,
    s01 = 0,
    s02 = 0;
  let s10 = 0,
    s11 = 0,
    s12 = 0;
  let s20 = 0,
    s21 = 0,
    s22 = 0;
  let s30 = 0,
    s31 = 0,
    s32 = 0;
  let l = 0;
  let r = rightStart;
  for (let k = 0; k < K; k++) {
    const r0 = right[r]!,
      r1 = right[r + 1]!,
      r2 = right[r + 2]!;
    let x = left[l]!;
    s00 += x * r0;
    s01 += x * r1;
    s02 += x * r2;
    x = left[l + 1]!;
    s10 += x * r0;
    s11 += x * r1;
    s12 += x * r2;
    x = left[l + 2]!;
    s20 += x * r0;
    s21 += x * r1;
    s22 += x * r2;
    x = left[l + 3]!;
    s30 += x * r0;
    s31 += x * r1;
    s32 += x * r2;
    l += tileRows;
    r += tileColumns;
  }
  tile[0] = s00;
  tile[1] = s01;
  tile[2] = s02;
  tile[3] = s10;
  tile[4] = s11;
  tile[5] = s12;
  tile[6] = s20;
  tile[7] = s21;
  tile[8] = s22;
  tile[9] = s30;
  tile[10] = s31;
  tile[11] = s32;
}

// Called once a tile: gathering the arguments in an object would cost a tenth of the speed.
function storeTile(
  out: Floats,
  start: number,
  rowStride: number,
  tile: Float64Array,
  height: number,
  width: number,
  accumulate: boolean,
): void {
  for (let y = 0; y < height; y++) {
    const to = start + y * rowStride;
    for (let x = 0; x < width; x++) {
      const value = tile[y * tileColumns + x]!;
      out[to + x] = accumulate ? out[to + x]! + value : value;
    }
  }
}

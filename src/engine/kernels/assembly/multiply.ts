/**
 * Matrix product over packed panels: a tile of 4 rows and 8 columns, eight sums of four lanes in registers
 * (larger tiles spill). A product is summed in the order of K within blocks of 256, block after block, so an
 * element's bits depend on neither the tile it falls into nor the other rows and columns.
 */

const tileRows: i32 = 4;
const tileColumns: i32 = 8;
const blockDepth: i32 = 256;
const blockRows: i32 = 128;

/** One tile over a block of depth. left: (depth, 4), right: (depth, 8), out: rows of `stride` bytes. */
// @ts-expect-error: decorator
@inline
function multiplyTile(depth: i32, left: usize, right: usize, out: usize, stride: usize, accumulate: bool): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  for (let k = 0; k < depth; k++) {
    const r0 = v128.load(right);
    const r1 = v128.load(right, 16);
    const l0 = v128.load_splat<f32>(left);
    s00 = f32x4.add(s00, f32x4.mul(l0, r0));
    s01 = f32x4.add(s01, f32x4.mul(l0, r1));
    const l1 = v128.load_splat<f32>(left, 4);
    s10 = f32x4.add(s10, f32x4.mul(l1, r0));
    s11 = f32x4.add(s11, f32x4.mul(l1, r1));
    const l2 = v128.load_splat<f32>(left, 8);
    s20 = f32x4.add(s20, f32x4.mul(l2, r0));
    s21 = f32x4.add(s21, f32x4.mul(l2, r1));
    const l3 = v128.load_splat<f32>(left, 12);
    s30 = f32x4.add(s30, f32x4.mul(l3, r0));
    s31 = f32x4.add(s31, f32x4.mul(l3, r1));
    left += 16;
    right += 32;
  }
  if (accumulate) {
    s00 = f32x4.add(v128.load(out), s00);
    s01 = f32x4.add(v128.load(out, 16), s01);
    let row = out + stride;
    s10 = f32x4.add(v128.load(row), s10);
    s11 = f32x4.add(v128.load(row, 16), s11);
    row += stride;
    s20 = f32x4.add(v128.load(row), s20);
    s21 = f32x4.add(v128.load(row, 16), s21);
    row += stride;
    s30 = f32x4.add(v128.load(row), s30);
    s31 = f32x4.add(v128.load(row, 16), s31);
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  out += stride;
  v128.store(out, s10);
  v128.store(out, s11, 16);
  out += stride;
  v128.store(out, s20);
  v128.store(out, s21, 16);
  out += stride;
  v128.store(out, s30);
  v128.store(out, s31, 16);
}

/** Four vectors of four numbers, `step` bytes apart, with rows and columns exchanged; `next` bytes apart at their new place. */
// @ts-expect-error: decorator
@inline
function transpose4(to: usize, next: usize, from: usize, step: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + step);
  const c = v128.load(from + 2 * step);
  const d = v128.load(from + 3 * step);
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
  v128.store(to + next, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
  v128.store(to + 2 * next, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
  v128.store(to + 3 * next, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
}

/** Rows of left in panels (depth, 4); rows past the end are 0. Strides in bytes. */
function packRows(to: usize, from: usize, rowStride: usize, columnStride: usize, rows: i32, depth: i32): void {
  for (let i = 0; i < rows; i += tileRows) {
    const height = min(tileRows, rows - i);
    const first = from + <usize>i * rowStride;
    let k = 0;
    if (height == tileRows && rowStride == 4) {
      for (; k < depth; k++) v128.store(to + (<usize>k << 4), v128.load(first + <usize>k * columnStride));
    } else if (height == tileRows && columnStride == 4) {
      for (; k + 4 <= depth; k += 4) transpose4(to + (<usize>k << 4), 16, first + (<usize>k << 2), rowStride);
    }
    const rest = k;
    for (let r = 0; r < tileRows; r++) {
      const row = first + <usize>r * rowStride;
      for (k = rest; k < depth; k++) {
        const value: f32 = r < height ? load<f32>(row + <usize>k * columnStride) : 0;
        store<f32>(to + (<usize>(k * tileRows + r) << 2), value);
      }
    }
    to += <usize>depth << 4;
  }
}

/** Columns of right in panels (depth, 8); columns past the end are 0. Strides in bytes. */
function packColumns(to: usize, from: usize, rowStride: usize, columnStride: usize, depth: i32, columns: i32): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const width = min(tileColumns, columns - j);
    const first = from + <usize>j * columnStride;
    let k = 0;
    if (width == tileColumns && columnStride == 4) {
      for (; k < depth; k++) {
        const source = first + <usize>k * rowStride;
        const target = to + (<usize>k << 5);
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
      }
    } else if (width == tileColumns && rowStride == 4) {
      for (; k + 4 <= depth; k += 4) {
        const source = first + (<usize>k << 2);
        const target = to + (<usize>k << 5);
        transpose4(target, 32, source, columnStride);
        transpose4(target + 16, 32, source + 4 * columnStride, columnStride);
      }
    }
    const rest = k;
    for (let c = 0; c < tileColumns; c++) {
      const column = first + <usize>c * columnStride;
      for (k = rest; k < depth; k++) {
        const value: f32 = c < width ? load<f32>(column + <usize>k * rowStride) : 0;
        store<f32>(to + (<usize>(k * tileColumns + c) << 2), value);
      }
    }
    to += <usize>depth << 5;
  }
}

/** What one block of depth adds to `out`: (height, columns), from packed panels. @param tile Space for one. */
function multiplyBlock(
  height: i32,
  columns: i32,
  depth: i32,
  leftPanels: usize,
  rightPanels: usize,
  out: usize,
  stride: usize,
  add: bool,
  tile: usize,
): void {
  for (let j = 0; j < columns; j += tileColumns) {
    const width = min(tileColumns, columns - j);
    const rightPanel = rightPanels + ((<usize>j * depth) << 2);
    for (let i = 0; i < height; i += tileRows) {
      const leftPanel = leftPanels + ((<usize>i * depth) << 2);
      const target = out + <usize>i * stride + (<usize>j << 2);
      const tall = min(tileRows, height - i);
      if (tall == tileRows && width == tileColumns) {
        multiplyTile(depth, leftPanel, rightPanel, target, stride, add);
        continue;
      }
      multiplyTile(depth, leftPanel, rightPanel, tile, tileColumns << 2, false);
      for (let y = 0; y < tall; y++) {
        for (let x = 0; x < width; x++) {
          const at = target + <usize>y * stride + (<usize>x << 2);
          const value = load<f32>(tile + (<usize>(y * tileColumns + x) << 2));
          store<f32>(at, add ? load<f32>(at) + value : value);
        }
      }
    }
  }
}

/**
 * out (+)= left * right. out: (rows, columns), unit column stride; left: (rows, inner); right: (inner, columns).
 * Strides count numbers, pointers bytes. @param scratch A tile, then panels of left and right (`scratchLength` in wasm.ts).
 */
export function multiply(
  rows: i32,
  columns: i32,
  inner: i32,
  left: usize,
  leftRowStride: i32,
  leftColumnStride: i32,
  right: usize,
  rightRowStride: i32,
  rightColumnStride: i32,
  out: usize,
  outStride: i32,
  accumulate: bool,
  scratch: usize,
): void {
  const lr = <usize>leftRowStride << 2;
  const lc = <usize>leftColumnStride << 2;
  const rr = <usize>rightRowStride << 2;
  const rc = <usize>rightColumnStride << 2;
  const stride = <usize>outStride << 2;
  const tile = scratch;
  const leftPanels = scratch + (<usize>(tileRows * tileColumns) << 2);
  const rightPanels = leftPanels + (<usize>(blockDepth * blockRows) << 2);
  for (let k0 = 0; k0 < inner; k0 += blockDepth) {
    const depth = min(blockDepth, inner - k0);
    const add = accumulate || k0 > 0;
    packColumns(rightPanels, right + <usize>k0 * rr, rr, rc, depth, columns);
    for (let i0 = 0; i0 < rows; i0 += blockRows) {
      const height = min(blockRows, rows - i0);
      packRows(leftPanels, left + <usize>i0 * lr + <usize>k0 * lc, lr, lc, height, depth);
      const target = out + <usize>i0 * stride;
      multiplyBlock(height, columns, depth, leftPanels, rightPanels, target, stride, add, tile);
    }
  }
}

/** Bytes to floats: weights packed once for many products with few rows. right: (inner, columns) to (panels). */
export function packWeights(to: usize, right: usize, rowStride: i32, columnStride: i32, inner: i32, columns: i32): void {
  const padded = (columns + tileColumns - 1) & ~(tileColumns - 1);
  for (let k0 = 0; k0 < inner; k0 += blockDepth) {
    const depth = min(blockDepth, inner - k0);
    const from = right + ((<usize>k0 * rowStride) << 2);
    packColumns(to, from, <usize>rowStride << 2, <usize>columnStride << 2, depth, columns);
    to += (<usize>depth * padded) << 2;
  }
}

/** `multiply` with a right side from `packWeights`, and left rows side by side: the same bits. */
export function multiplyPacked(
  rows: i32,
  columns: i32,
  inner: i32,
  left: usize,
  packed: usize,
  out: usize,
  accumulate: bool,
  scratch: usize,
): void {
  const padded = (columns + tileColumns - 1) & ~(tileColumns - 1);
  const leftStride = <usize>inner << 2;
  const stride = <usize>columns << 2;
  const tile = scratch;
  const leftPanels = scratch + (<usize>(tileRows * tileColumns) << 2);
  for (let k0 = 0; k0 < inner; k0 += blockDepth) {
    const depth = min(blockDepth, inner - k0);
    const add = accumulate || k0 > 0;
    for (let i0 = 0; i0 < rows; i0 += blockRows) {
      const height = min(blockRows, rows - i0);
      packRows(leftPanels, left + <usize>i0 * leftStride + (<usize>k0 << 2), leftStride, 4, height, depth);
      const target = out + <usize>i0 * stride;
      multiplyBlock(height, columns, depth, leftPanels, packed, target, stride, add, tile);
    }
    packed += (<usize>depth * padded) << 2;
  }
}

/**
 * Numbers of a model. Training and inference use 32 bits; the same code runs on 64 bits, so that tests
 * can prove gradients far below rounding noise.
 */
export type Floats = Float32Array | Float64Array;

/** A strided view: element (i, j) lies at `offset + i * rowStride + j * columnStride`. */
export interface Matrix {
  readonly data: Floats;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A whole row-major array. data: (rows, columns). */
export function matrix(data: Floats, rows: number, columns: number): Matrix {
  return { data, offset: 0, rows, columns, rowStride: columns, columnStride: 1 };
}

/** Neighbouring columns of a matrix. */
export function columnsOf(source: Matrix, first: number, columns: number): Matrix {
  return { ...source, offset: source.offset + first * source.columnStride, columns };
}

/** The same numbers seen as the transpose; nothing is copied. */
export function transposed({ data, offset, rows, columns, rowStride, columnStride }: Matrix): Matrix {
  return { data, offset, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride };
}

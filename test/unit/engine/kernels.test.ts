import { describe, expect, test } from "vitest";
import { cosine, exponential, sine, wholePower } from "../../../src/engine/kernels/elementary.ts";
import { columnsOf, type Matrix, matrix, transposed } from "../../../src/engine/kernels/matrix.ts";
import { createMultiply } from "../../../src/engine/kernels/multiply.ts";
import { plainKernels } from "../../../src/engine/kernels/plain.ts";
import { rotationTable } from "../../../src/engine/kernels/rotation.ts";
import { createRandom } from "../../../src/engine/random.ts";

const random = createRandom(11);
const floats = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
const at = ({ data, offset, rowStride, columnStride }: Matrix, i: number, j: number): number =>
  data[offset + i * rowStride + j * columnStride] as number;

/** The product as the textbook has it. */
function naiveProduct(left: Matrix, right: Matrix): readonly number[] {
  const product: number[] = [];
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < right.columns; j++) {
      let sum = 0;
      for (let k = 0; k < left.columns; k++) sum += at(left, i, k) * at(right, k, j);
      product.push(sum);
    }
  }
  return product;
}

describe("multiply", () => {
  const multiply = createMultiply();
  const sizes = [1, 2, 3, 4, 5, 7, 8, 12, 13, 20];

  test("gives the textbook's product for every size round the tile's edges", () => {
    for (const M of sizes) {
      for (const K of sizes) {
        for (const N of sizes) {
          const left = matrix(floats(M * K), M, K);
          const right = matrix(floats(K * N), K, N);
          const out = matrix(new Float64Array(M * N), M, N);
          multiply(out, left, right);
          naiveProduct(left, right).forEach((value, index) => {
            expect(out.data[index]).toBeCloseTo(value, 12);
          });
        }
      }
    }
  });

  test("takes transposed operands and a slice of columns, and leaves the other columns alone", () => {
    const left = transposed(matrix(floats(6 * 9), 6, 9)); // (9,6)
    const right = transposed(columnsOf(matrix(floats(5 * 10), 5, 10), 3, 6)); // (6,5)
    const whole = matrix(new Float64Array(9 * 8).fill(7), 9, 8);
    multiply(columnsOf(whole, 2, 5), left, right);
    const product = naiveProduct(left, right);
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 8; j++) {
        const expected = j >= 2 && j < 7 ? (product[i * 5 + j - 2] as number) : 7;
        expect(at(whole, i, j)).toBeCloseTo(expected, 12);
      }
    }
  });

  test("adds to what is there when it accumulates", () => {
    const left = matrix(floats(5 * 4), 5, 4);
    const right = matrix(floats(4 * 7), 4, 7);
    const out = matrix(new Float64Array(35).fill(1), 5, 7);
    multiply(out, left, right, true);
    naiveProduct(left, right).forEach((value, index) => {
      expect(out.data[index]).toBeCloseTo(1 + value, 12);
    });
  });

  test("refuses shapes that do not fit", () => {
    const square = matrix(floats(4), 2, 2);
    expect(() => multiply(square, square, matrix(floats(6), 3, 2))).toThrow("cannot multiply (2,2) by (3,2)");
  });
});

describe("elementary functions", () => {
  test("exponential agrees with the standard library to 13 digits from -700 to 700", () => {
    for (let x = -700; x <= 700; x += 0.37) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
  });

  test("exponential stays finite and positive beyond", () => {
    expect(exponential(-1e9)).toBeGreaterThan(0);
    expect(exponential(1e9)).toBeLessThan(Infinity);
  });

  test("cosine and sine agree with the standard library from 0 to π", () => {
    for (let x = 0; x <= Math.PI; x += 0.01) {
      expect(cosine(x)).toBeCloseTo(Math.cos(x), 9);
      expect(sine(x)).toBeCloseTo(Math.sin(x), 9);
    }
  });

  test("a whole power is repeated multiplication", () => {
    expect(wholePower(0.9, 0)).toBe(1);
    expect(wholePower(3, 13)).toBe(1_594_323);
    expect(wholePower(0.98, 500)).toBeCloseTo(0.98 ** 500, 14);
  });
});

describe("layers", () => {
  const kernels = plainKernels();

  test("a normalised row has root mean square 1 times the gain", () => {
    const out = new Float64Array(8);
    kernels.normalize(out, {
      x: floats(8),
      gain: Float64Array.of(2, 2, 2, 2),
      inverse: new Float64Array(2),
      rows: 2,
    });
    for (const row of [out.subarray(0, 4), out.subarray(4)]) {
      expect(Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / 4)).toBeCloseTo(2, 4);
    }
  });

  test("the rotation table holds cosines and sines of position / 10000^(i / half)", () => {
    const table = rotationTable(300, 8);
    for (const t of [0, 1, 17, 299]) {
      for (let i = 0; i < 4; i++) {
        const angle = t / 10_000 ** (i / 4);
        expect(table[t * 8 + i]).toBeCloseTo(Math.cos(angle), 9);
        expect(table[t * 8 + 4 + i]).toBeCloseTo(Math.sin(angle), 9);
      }
    }
  });

  test("products of rotated vectors depend on the distance of their positions alone", () => {
    const table = rotationTable(64, 8);
    const [query, key] = [floats(8), floats(8)];
    const product = (queryPosition: number, keyPosition: number): number => {
      const [a, b] = [Float64Array.from(query), Float64Array.from(key)];
      const shape = { start: 0, stride: 8, rows: 1, heads: 1, headWidth: 8, direction: 1 } as const;
      kernels.rotate(a, { ...shape, table: table.subarray(queryPosition * 8) });
      kernels.rotate(b, { ...shape, table: table.subarray(keyPosition * 8) });
      return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    };
    expect(product(40, 33)).toBeCloseTo(product(9, 2), 9);
    expect(product(40, 33)).not.toBeCloseTo(product(40, 30), 3);
  });

  test("attention weights of a row sum to 1 over its past and are 0 for its future", () => {
    const weights = new Float64Array(25);
    const attention = { queryKeyValue: Float64Array.from(floats(60)), weights, rows: 5, heads: 1, headWidth: 4 };
    kernels.attend(new Float64Array(20), attention);
    for (let t = 0; t < 5; t++) {
      const row = weights.subarray(t * 5, (t + 1) * 5);
      expect(row.subarray(0, t + 1).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
      expect([...row.subarray(t + 1)]).toEqual(Array(4 - t).fill(0));
    }
  });
});

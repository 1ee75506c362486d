import { sharedArena } from "../../src/engine/kernels/arena.ts";
import { matrix, transposed } from "../../src/engine/kernels/matrix.ts";
import { scratchLength, wasmKernels } from "../../src/engine/kernels/wasm.ts";
import { createRandom } from "../../src/engine/random.ts";
import { type BenchSettings, inTurns, type Measurement, type Outcome, rate, speedups, timed } from "./measurement.ts";
import { type OpenBlas, type Product, startOpenBlas } from "./openblas.ts";

const plain = (rows: number, inner: number, columns: number): Product => ({ rows, inner, columns, transposed: false });

const square = plain(512, 512, 512);

/** Those of a layer of ftpipe-mini on 600 tokens, and of its head where 150 of them are learnt. */
const modelProducts: readonly Product[] = [
  plain(600, 128, 384),
  plain(600, 128, 128),
  plain(600, 128, 512),
  plain(600, 512, 128),
  { ...plain(150, 128, 2048), transposed: true },
];

/** Operations of one round: some 20 ms. */
const roundOperations = 1e9;

/** The matrix product in WebAssembly against OpenBLAS, both on one thread. */
export async function benchProducts({ quick }: BenchSettings): Promise<Outcome> {
  if (process.arch !== "x64") return { skipped: "the comparison is with OpenBLAS's kernels for x64 processors." };
  const blas = await startOpenBlas();
  if (blas === undefined) {
    return { skipped: "no C compiler or no OpenBLAS here (Debian: apt-get install gcc libc6-dev libopenblas0)." };
  }
  try {
    const rounds = quick ? 3 : 41;
    const measurements: Measurement[] = [];
    for (const product of [square, ...modelProducts]) measurements.push(await compare(product, blas, rounds));
    return { measurements };
  } finally {
    await blas.close();
  }
}

async function compare(product: Product, blas: OpenBlas, rounds: number): Promise<Measurement> {
  const { rows, inner, columns } = product;
  const operations = 2 * rows * inner * columns;
  const calls = Math.ceil(roundOperations / operations);
  const multiply = preparedMultiply(product);
  const ours = async (): Promise<number> => {
    const seconds = await timed(() => {
      for (let call = 0; call < calls; call++) multiply();
    });
    return seconds / calls;
  };
  const [own = [], theirs = []] = await inTurns([ours, () => blas.time(product, calls)], { rounds, warmUp: 3 });
  return {
    name: `${rows} × ${inner} by ${inner} × ${columns}`,
    unit: "ratio",
    values: speedups(own, theirs),
    ...(product === square ? { bound: { direction: "at least", floor: 0.38, aim: 0.46 } } : {}),
    remark: `${rate(operations / 1e9, own, 1)} GFLOP/s over ${rate(operations / 1e9, theirs, 1)} of OpenBLAS (${blas.core})`,
  };
}

function preparedMultiply(product: Product): () => void {
  const { rows, inner, columns } = product;
  const arena = sharedArena();
  const random = createRandom(1);
  const numbers = (count: number): Float32Array => {
    const made = arena.floats(count);
    for (let i = 0; i < count; i++) made[i] = random.normal();
    return made;
  };
  const left = matrix(numbers(rows * inner), rows, inner);
  const right = product.transposed
    ? transposed(matrix(numbers(columns * inner), columns, inner))
    : matrix(numbers(inner * columns), inner, columns);
  const out = matrix(arena.floats(rows * columns), rows, columns);
  const { multiply } = wasmKernels(arena.memory, arena.floats(scratchLength(columns)));
  return () => multiply(out, left, right);
}

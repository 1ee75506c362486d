import type { Floats } from "./matrix.ts";

/** Hands out zeroed arrays. */
export interface Arena {
  floats(count: number): Floats;
  integers(count: number): Int32Array;
}

/** Arrays of their own, for the plain kernels. */
export function heapArena(precision: typeof Float32Array | typeof Float64Array = Float32Array): Arena {
  return { floats: (count) => new precision(count), integers: (count) => new Int32Array(count) };
}

const pageBytes = 65_536;
/** 1 GiB. Node reserves this much address space, not memory, for each. */
const mostPages = 16_384;
const alignment = 16;

/** Memory that WebAssembly and all threads share. */
export interface SharedArena extends Arena {
  readonly memory: WebAssembly.Memory;
  floats(count: number): Float32Array;
}

/**
 * Arrays in one WebAssembly memory, which grows with them and lives as long as one of them does. They may be sent
 * to worker threads as they are.
 * @throws RangeError past 1 GiB.
 */
export function sharedArena(): SharedArena {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  // Address 0 stays free, so that no array starts there.
  let used = alignment;
  const take = (bytes: number): number => {
    const start = used;
    used = Math.ceil((start + bytes) / alignment) * alignment;
    const missing = used - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    return start;
  };
  return {
    memory,
    floats: (count) => {
      const start = take(count * Float32Array.BYTES_PER_ELEMENT);
      return new Float32Array(memory.buffer, start, count);
    },
    integers: (count) => {
      const start = take(count * Int32Array.BYTES_PER_ELEMENT);
      return new Int32Array(memory.buffer, start, count);
    },
  };
}

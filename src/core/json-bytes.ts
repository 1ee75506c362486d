import type { Digest } from "./hash.ts";
import { jsonText } from "./json-text.ts";

const hexDigits = Buffer.from("0123456789abcdef");

/** From so many UTF-16 units on, a text is looked at and written by the runtime's own functions. */
const longText = 256;

/**
 * Gathers parts of a JSON text as UTF-8, in memory that is used again and again: of a million lines, hardly one is put
 * together as a text only to be encoded.
 */
export class JsonBytes {
  /** Bytes of what was added since the last `clear`. */
  length = 0;
  #memory: Buffer = Buffer.allocUnsafeSlow(1 << 14);

  /** Forgets all that was added; what `slice` gave of it is written over. */
  clear(): void {
    this.length = 0;
  }

  /** All that was added, until the next `clear`. */
  get bytes(): Uint8Array {
    return this.slice(0, this.length);
  }

  /** A part of what was added, until the next `clear`: its memory is that of all. @param from In bytes. */
  slice(from: number, to: number): Uint8Array {
    return this.#memory.subarray(from, to);
  }

  /** Adds what is JSON in UTF-8 already. */
  add(encoded: Uint8Array): void {
    if (this.length + encoded.length > this.#memory.length) this.#grow(encoded.length);
    this.#memory.set(encoded, this.length);
    this.length += encoded.length;
  }

  /**
   * Adds a text as it stands in JSON between the quotes, as JSON.stringify has it.
   * @returns False, and nothing is added, for a text with half of a surrogate pair, whose other half may follow.
   */
  addText(text: string): boolean {
    const units = text.length;
    if (units > longText) return this.#addWhole(text);
    if (this.length + 3 * units > this.#memory.length) this.#grow(3 * units);
    const memory = this.#memory;
    let at = this.length;
    for (let index = 0; index < units; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        if (unit < 0x20) return this.#addWhole(text);
        if (unit === 0x22 || unit === 0x5c) memory[at++] = 0x5c;
        memory[at++] = unit;
      } else if (unit < 0x800) {
        memory[at++] = 0xc0 | (unit >> 6);
        memory[at++] = 0x80 | (unit & 0x3f);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        memory[at++] = 0xe0 | (unit >> 12);
        memory[at++] = 0x80 | ((unit >> 6) & 0x3f);
        memory[at++] = 0x80 | (unit & 0x3f);
      } else {
        const next = text.charCodeAt(++index); // NaN, and no half of a pair, at the end
        if (unit > 0xdbff || (next & 0xfc00) !== 0xdc00) return false;
        const point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
        memory[at++] = 0xf0 | (point >> 18);
        memory[at++] = 0x80 | ((point >> 12) & 0x3f);
        memory[at++] = 0x80 | ((point >> 6) & 0x3f);
        memory[at++] = 0x80 | (point & 0x3f);
      }
    }
    this.length = at;
    return true;
  }

  /** Adds what is JSON already. @param json Without halves of surrogate pairs. */
  addJson(json: string): void {
    if (this.length + 3 * json.length > this.#memory.length) this.#grow(3 * json.length);
    this.length += this.#memory.write(json, this.length);
  }

  /** Adds the first bytes of a digest as hexadecimal digits, two a byte. */
  addHex(digest: Digest, bytes: number): void {
    if (this.length + 2 * bytes > this.#memory.length) this.#grow(2 * bytes);
    const memory = this.#memory;
    for (let index = 0; index < bytes; index++) {
      const byte = digest.charCodeAt(index);
      memory[this.length++] = hexDigits[byte >> 4] as number;
      memory[this.length++] = hexDigits[byte & 15] as number;
    }
  }

  #addWhole(text: string): boolean {
    const json = jsonText(text);
    if (json === undefined) return false;
    this.addJson(json);
    return true;
  }

  /** What was given out before keeps the old memory, with all that is in it. */
  #grow(by: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * (this.length + by));
    larger.set(this.#memory.subarray(0, this.length));
    this.#memory = larger;
  }
}

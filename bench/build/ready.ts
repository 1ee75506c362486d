/**
 * The floor: writes objects that are ready in memory, JSON.stringify and pieces of 256 KB, in a process of its own.
 *
 *   node bench/build/ready.ts ROWS.csv COUNT OUT
 *
 * Prints {"seconds"} for COUNT lines. A quarter of them is held in memory and written four times.
 */
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { parse } from "csv-parse";
import { render } from "./texts.ts";

const [input = "", count = "", output = ""] = process.argv.slice(2);
const wanted = Math.floor(Number(count) / 4);
const examples: unknown[] = [];
for await (const row of createReadStream(input).pipe(parse({ columns: true }))) {
  examples.push(render(row));
  if (examples.length === wanted) break;
}
const start = performance.now();
const file = openSync(output, "w");
const piece = Buffer.allocUnsafe(1 << 20);
let used = 0;
for (let round = 0; round < 4; round++) {
  for (const example of examples) {
    const line = JSON.stringify(example);
    if (used + line.length * 3 + 1 > piece.length) {
      writeSync(file, piece, 0, used);
      used = 0;
    }
    used += piece.write(line, used);
    piece[used++] = 10;
  }
}
writeSync(file, piece, 0, used);
closeSync(file);
process.stdout.write(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));

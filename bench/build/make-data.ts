import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createRandom } from "../../src/engine/random.ts";

const kinds = ["kitchen", "garden", "audio", "travel", "office", "outdoor", "lighting", "storage"];
const things = [
  "kettle",
  "lamp",
  "backpack",
  "speaker",
  "chair",
  "blender",
  "tent",
  "café table",
  "shelf",
  "水壶",
  "radio",
];
const features = [
  "keeps its temperature for hours",
  'folds flat, 5" thick',
  "made of recycled steel, brushed",
  "charges in under an hour",
  "fits a standard cupboard",
  "washes up easily 🙂",
  "comes with a long, strong cable",
  "holds up to ten litres",
];

/** Rows of product,category,feature1,feature2,price: some 70 bytes each, with quotes, commas, accents and emoji. */
export async function makeRows(path: string, rows: number): Promise<void> {
  const random = createRandom(1);
  const pick = (list: readonly string[]): string => list[Math.floor(random.next() * list.length)]!;
  const cell = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const out = createWriteStream(path);
  let text = "product,category,feature1,feature2,price\n";
  for (let row = 0; row < rows; row++) {
    const price = (5 + Math.floor(random.next() * 90_000) / 100).toFixed(2);
    text += `${cell(`${pick(things)} ${row}`)},${pick(kinds)},${cell(pick(features))},${cell(pick(features))},${price}\n`;
    if (text.length < 1 << 18) continue;
    if (!out.write(text)) await once(out, "drain");
    text = "";
  }
  out.end(text);
  await once(out, "finish");
}

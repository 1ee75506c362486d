/**
 * Writes the merges of the small model's byte-pair encoding, learnt from the first examples of the text that the
 * model is trained on (scripts/base/corpus.ts). Equal inputs give equal bytes.
 *
 *   node scripts/train-tokenizer.ts [--check] [--out assets/ftpipe-mini.tokenizer.json]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { packageFile } from "../src/core/assets.ts";
import { fileFormat, type TokenizerFile } from "../src/engine/tokenizer.ts";
import { baseExample } from "./base/corpus.ts";
import { learnMerges } from "./learn-merges.ts";

const vocabulary = 2048;
/** Enough that more of them change no frequent word, and few enough for half a minute. */
const examples = 40_000;

const { values: flags } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    out: { type: "string", default: packageFile("assets/ftpipe-mini.tokenizer.json") },
  },
});

/** Every message with the prefix that it has in a chat. */
function* baseTexts(): Generator<string> {
  for (let index = 0; index < examples; index++) for (const { content } of baseExample(index)) yield ` ${content}`;
}

function learnt(): string {
  const merges = learnMerges(baseTexts(), vocabulary);
  const file: TokenizerFile = { name: "ftpipe-mini", format: fileFormat, merges };
  return `${JSON.stringify(file)}\n`;
}

if (!flags.check) writeFileSync(flags.out, learnt());
else if (readFileSync(flags.out, "utf8") !== learnt()) {
  process.stderr.write(`${flags.out} is out of date: run npm run train-tokenizer\n`);
  process.exitCode = 1;
}

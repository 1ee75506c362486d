/**
 * The tokenizer alone, over the texts of a file of examples that are not the same in each, in a process of its own.
 *
 *   node bench/build/tokenizer.ts EXAMPLES.jsonl
 *
 * Prints {"seconds"}, without those of loading it.
 */
import { readFileSync } from "node:fs";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

const [input = ""] = process.argv.slice(2);
const texts = readFileSync(input, "utf8")
  .trimEnd()
  .split("\n")
  .flatMap((line) => (JSON.parse(line) as { messages: { content: string }[] }).messages.slice(1))
  .map(({ content }) => content);
countTokens("ready");
const start = performance.now();
for (const text of texts) countTokens(text);
process.stdout.write(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));

/**
 * Writes assets/ftpipe-mini.tokenizer.json: the merges of the small model's byte-pair encoding. They come
 * from the example pipelines' data and templates, and from plain sentences made here, so that other people's
 * texts are not cut into bytes. Equal inputs give equal bytes.
 *
 *   node scripts/train-tokenizer.ts [--check]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { packageFile } from "../src/core/assets.ts";
import { createRandom, type RandomStream } from "../src/engine/random.ts";
import {
  type Merge,
  mergePair,
  pairKey,
  specialCount,
  splitWords,
  type TokenizerFile,
} from "../src/engine/tokenizer.ts";

const vocabulary = 1024;
const madeSentences = 1200;
const target = packageFile("assets/ftpipe-mini.tokenizer.json");

const words = {
  thing:
    "account address answer app bag battery bill book box camera card chair charger city class code coffee company computer cup customer date day delivery desk device discount door download email error example family file food form friend game garden help home hotel hour house idea invoice item jacket job kitchen lamp laptop letter light line list login machine meeting message minute mirror model money month morning music name night note number office option order page parcel password payment people phone photo piece plan plant price printer problem product question receipt refund report request result return review room school screen service setting shirt shoe shop size speaker store story student subscription support system table team test ticket time tool train trip update user version video wall watch water website week window word work world year",
  quality:
    "amazing bad beautiful best better big black blue brilliant broken busy careful cheap clean clear cold comfortable dark different difficult digital early easy electric excellent fantastic fast final fine free fresh friendly full good great green happy hard heavy high important large late light little local long lovely missing new nice old open perfect portable possible pretty quick quiet ready real red right safe short simple small smart smooth soft sorry strong sturdy sure warm whole wireless wonderful wrong young",
  action:
    "add arrive ask become believe bring build buy call cancel carry change charge check choose clean close collect come contact cost create cut deliver describe draw expect explain feel find finish fix follow forget get give go happen have hear help hold keep know learn leave let like listen live look lose love make mean meet move need offer open order pay pick place play print read receive recommend remember repeat reply return run say see sell send set show sleep speak stand start stay stop take talk tell thank think travel try turn understand update use wait walk want watch wear work write",
  person: "anyone everyone he it nobody she somebody they we you",
  place: "after at before behind between by during for from in into near on over through to under with without",
  joint: "although and as because but if or since so that though until when where which while",
  little:
    "a about again all almost already also always an any been being both could does done each else ever every few first had has his how its just last many may me more most much must my never no not now of off often one only other our out please quite rather second should some soon still such than that the their them then there these this those too twice two up us very was well were what who why will would yes yet your",
};

/** A plain sentence of the words above, so that common ones become one token. */
function makeSentence(random: RandomStream): string {
  const pick = (kind: keyof typeof words): string => {
    const list = words[kind].split(" ");
    return list[random.below(list.length)] as string;
  };
  const ending = ["", "", "s", "ed", "ing"][random.below(5)] as string;
  const parts = [
    pick("person"),
    pick("little"),
    `${pick("action")}${ending}`,
    pick("little"),
    pick("quality"),
    pick("thing"),
    pick("place"),
    "the",
    pick("thing"),
    pick("joint"),
    pick("person"),
    pick("little"),
    `${pick("action")}${ending}`,
  ];
  const sentence = parts.join(" ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${[".", "!", "?"][random.below(3)]}`;
}

/** Texts of the example pipelines: every cell, and what stands between the tags of every template. */
function exampleTexts(): readonly string[] {
  const filesUnder = (folder: string, ending: string): readonly string[] => {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
    return names.sort().map((name) => join(folder, name));
  };
  const cells = filesUnder(packageFile("pipelines/data"), ".csv").flatMap((file) => {
    const rows: readonly string[][] = parse(readFileSync(file), { skip_records_with_error: false });
    return rows.slice(1).flat();
  });
  const templates = filesUnder(packageFile("templates"), ".hbs").flatMap((file) => {
    const text = readFileSync(file, "utf8").replace(/\{\{!--[\s\S]*?--\}\}/g, "");
    const quoted = Array.from(text.matchAll(/"([^"]+)"/g), ([, inner]) => inner as string);
    return [text.replace(/\{\{[\s\S]*?\}\}/g, ""), ...quoted];
  });
  // Templates are few but are rendered for every row.
  return [...cells, ...Array.from({ length: 20 }, () => templates).flat()];
}

/** Byte-pair encoding: joins the most frequent pair, smallest tokens first among equals, until all tokens are used. */
function learnMerges(texts: readonly string[]): readonly Merge[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of splitWords(` ${text}`)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const entries = Array.from(counts, ([word, count]) => ({
    tokens: Array.from(new TextEncoder().encode(word), (byte) => byte + specialCount),
    count,
  }));
  const merges: Merge[] = [];
  while (specialCount + 256 + merges.length < vocabulary) {
    const pairs = new Map<number, { readonly pair: Merge; count: number }>();
    for (const { tokens, count } of entries) {
      tokens.slice(1).forEach((right, index) => {
        const pair: Merge = [tokens[index] as number, right];
        const known = pairs.get(pairKey(...pair));
        if (known === undefined) pairs.set(pairKey(...pair), { pair, count });
        else known.count += count;
      });
    }
    const [best] = [...pairs].sort(([keyA, a], [keyB, b]) => b.count - a.count || keyA - keyB);
    if (best === undefined) throw new Error(`The texts have only ${merges.length} pairs to merge.`);
    const { pair } = best[1];
    for (const { tokens } of entries) mergePair(tokens, pair, specialCount + 256 + merges.length);
    merges.push(pair);
  }
  return merges;
}

const random = createRandom(1);
const sentences = Array.from({ length: madeSentences }, () => makeSentence(random));
const file: TokenizerFile = { name: "ftpipe-mini", format: 1, merges: learnMerges([...exampleTexts(), ...sentences]) };
const text = `${JSON.stringify(file)}\n`;
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  process.stderr.write("assets/ftpipe-mini.tokenizer.json is out of date: run node scripts/train-tokenizer.ts\n");
  process.exitCode = 1;
}

import { afterEach, describe, expect, test } from "vitest";
import { createRandom, type RandomStream } from "../../../src/engine/random.ts";
import { type DatasetRig, datasetRig } from "./rig.ts";

let rig: DatasetRig | undefined;
afterEach(async () => {
  await rig?.remove();
});

const project = {
  "pipeline.yaml": `
source: { type: csv, path: data.csv, key: name, where: [{ column: kind, not_empty: true }] }
dataset:
  seed: 3
  variants: 2
  messages:
    - { role: system, content: "Be brief." }
    - { role: user, template: t/user.hbs }
    - { role: assistant, content: "{{pick 'Ah' 'Oh'}}, {{name}} of {{kind}}" }
  rules:
    - { type: max_words, value: 40 }
    - { type: not_matches, pattern: "b+", action: drop }
  privacy: { secrets: block, personal: warn }
  split: { validation: 0.2, test: 0.1 }`,
  "data.csv": `name,kind,note\n${Array.from({ length: 30 }, (_, row) => `p${row},c${row % 4},"a, ""b"" ${row}"\n`).join("")}`,
  "t/user.hbs": "{{#if note}}Name {{title name}}: {{truncate note 20}}{{else}}{{> part kind=kind}}{{/if}}\n",
  "t/part.hbs": "{{#each (shuffle 'a' 'b')}}{{this}}{{/each}} {{kind}} {{~! gone ~}} x",
};

/** Pieces that readers of YAML, CSV and templates treat in a way of their own. */
const pieces = [
  '"', "'", ",", ";", ":", "- ", "\n", "\r", "\t", " ", "#", "&a ", "*a", "!!js ", "<<: ", "{", "}", "[", "]", "|", ">", "%",
  "{{", "}}", "{{{", "{{#each x}}", "{{/if}}", "{{else}}", "{{> part}}", "../", "@index", "(", ")", "__proto__", "constructor",
  "\0", "\ufeff", "\u200b", "\ud800", "é", "🙂", "0x1F", "1e999", "-", "null", "true", "~", "\\", "=", "..", "/etc/passwd",
]; // biome-ignore format: a list to look over
const many = (piece: string, times: number): string => piece.repeat(times);

/** One to four changes: pieces put in, cut out, doubled, moved. */
function mutate(text: string, random: RandomStream): string {
  let changed = text;
  for (let change = 1 + random.below(4); change > 0; change--) {
    const from = random.below(changed.length + 1);
    const to = Math.min(changed.length, from + random.below(12));
    const piece = pieces[random.below(pieces.length)] ?? "";
    const [before, part, after] = [changed.slice(0, from), changed.slice(from, to), changed.slice(to)];
    switch (random.below(6)) {
      case 0:
        changed = before + piece + part + after;
        break;
      case 1:
        changed = before + after;
        break;
      case 2:
        changed = before + part + part + after;
        break;
      case 3:
        changed = before + piece + after;
        break;
      case 4:
        changed = before + many(piece, 1 + random.below(60)) + part + after;
        break;
      default:
        changed = after + before + part;
    }
  }
  return changed;
}

describe.each(Object.keys(project) as (keyof typeof project)[])("%s, changed at random", (name) => {
  test.each(Array.from({ length: 8 }, (_, round) => round))(
    "ends well or with typed errors (round %i)",
    async (round) => {
      for (let attempt = 0; attempt < 12; attempt++) {
        const random = createRandom(round, attempt, name.length);
        const text = mutate(project[name], random);
        rig = await datasetRig({ ...project, [name]: text });
        // What is no FtpipeError comes through here.
        const { problems } = await rig.build();
        for (const { message, code } of problems) {
          expect(message, text).toMatch(/[.!?)]$/);
          expect(code, text).not.toBe("BUG");
          expect(message, text).not.toMatch(/undefined|\[object|TypeError|is not a function/);
        }
        await rig.remove();
      }
    },
  );
});

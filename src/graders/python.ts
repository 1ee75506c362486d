import { plural } from "../core/units.ts";
import { defineGrader } from "./grader.ts";

/** "Your uploaded code must be less than 256kB", read as the larger unit: what is refused here is surely refused there. */
const maxBytes = 256 << 10;

const sample = "def grade(sample, item): … return 1.0";

export const python = defineGrader({
  type: "python",
  summary: "What a Python function of your own returns; the provider runs it, without network.",
  options: {
    type: "object",
    properties: {
      source: {
        type: "string",
        minLength: 1,
        description: "The path of a Python file, relative to this one, that defines grade(sample, item).",
      },
      image_tag: {
        type: "string",
        minLength: 1,
        description: "The provider's image that it runs in, such as 2025-05-08; it decides which packages are there.",
      },
    },
    required: ["source"],
  },
  invalid({ source }) {
    if (!source.includes("\n")) return [];
    const hint = "Write the program into a file of its own, and its path here: source: ../graders/grade.py";
    return [{ pointer: "/source", message: "source is a program, and has to be the path of one.", hint }];
  },
  file: {
    option: "source",
    fault(text) {
      const bytes = Buffer.byteLength(text);
      if (bytes >= maxBytes) {
        return {
          message: `has ${bytes} bytes; a grader has less than 256 kB.`,
          hint: "Move data that it needs into the item.",
        };
      }
      const names = parametersOf(text);
      if (names === undefined) {
        const inside = /^[ \t]+(?:async[ \t]+)?def[ \t]+grade\b/m.test(text);
        const message = inside
          ? "defines grade() only inside of something else."
          : "does not define grade(sample, item).";
        return { message, hint: `At the beginning of a line: ${sample}` };
      }
      if (/^async[ \t]+def[ \t]+grade\b/m.test(text)) {
        return { message: "defines grade() as async, and nobody awaits it.", hint: sample };
      }
      if (names === 2) return undefined;
      return { message: `has a grade() that takes ${plural(names, "argument")}, not two.`, hint: sample };
    },
  },
});

/** How many arguments `grade` takes; undefined if the text does not define it at its outermost level. Nothing is run. */
function parametersOf(text: string): number | undefined {
  const head = /^(?:async[ \t]+)?def[ \t]+grade[ \t]*\(/m.exec(text);
  if (head === null) return undefined;
  const withoutComments = text.slice(head.index + head[0].length).replace(/#.*$/gm, "");
  let depth = 0;
  let count = 0;
  let isEmpty = true;
  for (const character of withoutComments) {
    if (depth === 0 && character === ")") break;
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (depth === 0 && character === ",") {
      count += isEmpty ? 0 : 1;
      isEmpty = true;
    } else if (character.trim() !== "") isEmpty = false;
  }
  return count + (isEmpty ? 0 : 1);
}

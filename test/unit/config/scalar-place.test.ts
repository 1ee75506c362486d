import { describe, expect, test } from "vitest";
import { isScalar, parseDocument, type Scalar, stringify } from "yaml";
import { offsetInSource } from "../../../src/config/scalar-place.ts";
import { createRandom } from "../../../src/engine/random.ts";

function scalarOf(source: string): Scalar {
  const node = parseDocument<Scalar>(source).get("text", true);
  if (!isScalar(node)) throw new Error(`no scalar in ${source}`);
  return node;
}

/** What stands in the source where the character of the value is said to stand. */
function found(source: string, offset: number): string {
  const at = offsetInSource(source, scalarOf(source), offset);
  return at === undefined ? "" : source.slice(at);
}

describe("the place of a character", () => {
  test.each([
    ["plain over two lines", "text: Tell me\n  of {{town}}\n", "{{"],
    ["single quotes with an apostrophe", "text: 'What''s in {{town}}'\n", "{{"],
    ["double quotes with escapes", 'text: "\\u00e9\\n\\x41 \\U0001F600 {{town}}"\n', "{{"],
    ["double quotes over lines, one of them escaped", 'text: "a \\\n  b\n\n  c {{town}}"\n', "{{"],
    ["a literal block", "text: |\n  one\n\n    two {{town}}\n", "{{"],
    ["a folded block with a comment at its head", "text: >- # folded\n  one\n  two {{town}}\n", "{{"],
  ])("in %s", (_name, source, wanted) => {
    const value = String(scalarOf(source).value);
    expect(found(source, value.indexOf(wanted))).toMatch(/^\{\{town\}\}/);
  });

  test("at the end is behind the last character", () => {
    const source = "text: 'one '\nmore: 1\n";
    expect(found(source, 4)).toBe(" '\nmore: 1\n");
  });

  test("is right for every character of texts drawn at random, in every style", () => {
    const random = createRandom(7);
    const signs = ["a", "b", "'", '"', "\\", "é", "😀", ":", "#", " ", "  ", "\n", "\n\n", "{{x}}", "long words here"];
    for (const type of ["PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const) {
      for (let drawn = 0; drawn < 200; drawn++) {
        const text = Array.from({ length: 1 + random.below(14) }, () => signs[random.below(signs.length)]).join("");
        const source = stringify({ text }, { defaultStringType: type, lineWidth: 30 });
        const value = String(scalarOf(source).value);
        for (let offset = 0; offset < value.length; offset++) {
          const character = value[offset] as string;
          if (/[\s'"\\]/.test(character)) continue; // may be written as an escape
          expect(found(source, offset)[0], `${JSON.stringify(source)} at ${offset}`).toBe(character);
        }
      }
    }
  });
});

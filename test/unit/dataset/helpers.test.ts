import { describe, expect, test } from "vitest";
import { article } from "../../../src/dataset/article.ts";
import { helpers } from "../../../src/dataset/helpers.ts";

const run = (name: string, ...values: unknown[]) => helpers[name]?.run(values, { next: () => 0 });

describe("helpers", () => {
  test.each([
    ["upper", ["straße"], "STRASSE"],
    ["lower", ["ÄB"], "äb"],
    ["title", ["cast-iron pan of the USB type"], "Cast-Iron Pan Of The USB Type"],
    ["trim", [" x\n"], "x"],
    ["json", [{ a: ["é", null] }], '{"a":["é",null]}'],
    ["json", ['say "x"'], '"say \\"x\\""'],
    ["default", ["", "x"], "x"],
    ["default", [0, "x"], 0],
    ["join", [["a", "b", 3]], "a, b, 3"],
    ["join", [["a", "b", "c"], ", ", " and "], "a, b and c"],
    ["join", [["a"], ", ", " and "], "a"],
    ["join", [[]], ""],
    ["truncate", ["short", 5], "short"],
    ["truncate", ["a rather long text", 12], "a rather…"],
    ["truncate", ["😀😀😀😀", 3], "😀😀…"],
    ["eq", ["1", 1], true],
    ["eq", ["a", "A"], false],
    ["eq", [null, ""], true],
    ["pick", [["a", "b"]], "a"],
  ])("%s %j", (name, values, expected) => {
    expect(run(name, ...values)).toEqual(expected);
  });

  test("pick from an empty list is a fault", () => {
    expect(() => run("pick", [])).toThrow("pick has nothing to choose from");
  });
});

describe("article", () => {
  const an = [
    "apple",
    "oven",
    "hour",
    "heirloom tomato",
    "honest review",
    "8-inch pan",
    "11-piece set",
    "18th birthday card",
    "80-liter bag",
    "MP3 player",
    "LED lamp",
    "FM radio",
    "X-ray",
    "umbrella",
    "unimpressed cat",
    "uninteresting plot",
    "SSD",
    "HDMI cable",
    "e-reader",
    "orange",
    "ultralight tent",
    "élan",
    "urban bike",
  ];
  const a = [
    "headphone",
    "university",
    "unique gift",
    "one-touch oven",
    "once-yearly event",
    "USB hub",
    "European plug",
    "used car",
    "usual day",
    "utensil",
    "ukulele",
    "1-liter jug",
    "100-watt bulb",
    "RAM stick",
    "NASA cap",
    "pan",
    "UV lamp",
    "hierarchy",
    "unicycle",
    "yoga mat",
    "Wi-Fi router",
  ];
  test.each(an)("an %s", (word) => expect(article(word)).toBe(`an ${word}`));
  test.each(a)("a %s", (word) => expect(article(word)).toBe(`a ${word}`));
});

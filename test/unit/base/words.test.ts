import { describe, expect, it } from "vitest";
import * as heldOut from "../../../bench/quality/held-out.ts";
import * as descriptions from "../../../scripts/base/words/descriptions.ts";
import * as names from "../../../scripts/base/words/names.ts";
import { compoundNouns, nouns, occupations } from "../../../scripts/base/words/nouns.ts";
import { closings, openings, personas } from "../../../scripts/base/words/personas.ts";
import { phraseFillers, sentences } from "../../../scripts/base/words/sentences.ts";
import { topics } from "../../../scripts/base/words/topics.ts";
import { verbs } from "../../../scripts/base/words/verbs.ts";
import { lines, phrases, words } from "../../../scripts/base/words/words.ts";

const verbBases = verbs.map(({ base }) => base);
const lowerCase: Readonly<Record<string, readonly string[]>> = {
  nouns,
  occupations,
  ...descriptions,
  colors: names.colors,
  numberWords: names.numberWords,
  verbs: verbs.flatMap(({ base, past, third }) => [base, past, third]),
  ...topics,
};
const unique: Readonly<Record<string, readonly string[]>> = {
  ...names,
  ...descriptions,
  nouns,
  compoundNouns,
  occupations,
  verbBases,
  personas,
  openings,
  closings,
  sentences,
  phraseFillers,
  ...topics,
};
const placeholders = ["thing", "adjective", "place", "person", "number", "color", "verb"];

function heldOutWords(): ReadonlySet<string> {
  const plain = [
    heldOut.heldOutProductWords,
    heldOut.heldOutFirstNames,
    heldOut.heldOutLastNames,
    heldOut.heldOutCities,
    heldOut.heldOutItems,
    heldOut.heldOutFeatures,
  ].flat();
  return new Set(plain.map((word) => word.toLowerCase()));
}

describe("splitting", () => {
  it("splits words at white space, phrases at commas and lines at line ends", () => {
    expect(words("\n  a b\n  c\n")).toEqual(["a", "b", "c"]);
    expect(phrases("\n  New York, Rome,\n  The Hague\n")).toEqual(["New York", "Rome", "The Hague"]);
    expect(lines("\n  One, two.\n\n  Three.\n")).toEqual(["One, two.", "Three."]);
  });
});

describe("word lists of the base", () => {
  it.each(Object.entries(unique))("%s holds nothing twice and nothing empty", (_name, list) => {
    expect(list.filter((entry, index) => entry === "" || list.indexOf(entry) !== index)).toEqual([]);
  });

  it.each(Object.entries(lowerCase))("%s are lower-case ASCII words", (_name, list) => {
    expect(list.filter((entry) => !/^[a-z]+(?:-[a-z]+)*$/.test(entry))).toEqual([]);
  });

  it("hold no word that the bench keeps for unseen words, nor its plural", () => {
    const unseen = heldOutWords();
    const everything = [
      ...Object.values(unique).flat(),
      ...verbs.flatMap(({ past, third }) => [past, third]),
      ...Object.keys(topics),
    ];
    const shown = everything.flatMap((entry) => entry.toLowerCase().match(/[a-z]+/g) ?? []);
    expect(shown.filter((word) => unseen.has(word) || unseen.has(`${word}s`) || unseen.has(`${word}es`))).toEqual([]);
  });

  it("spell the numbers in order", () => {
    expect([0, 7, 12, 20].map((value) => names.numberWords[value])).toEqual(["zero", "seven", "twelve", "twenty"]);
    expect(names.numberWords.slice(21)).toEqual(words("thirty forty fifty sixty seventy eighty ninety hundred"));
  });

  it("give verbs their forms", () => {
    expect(verbs.filter(({ base, past, third }) => base === "" || past === "" || third === "")).toEqual([]);
    expect(verbs.find(({ base }) => base === "write")).toEqual({ base: "write", past: "wrote", third: "writes" });
    expect(verbs.find(({ base }) => base === "stop")).toEqual({ base: "stop", past: "stopped", third: "stops" });
    expect(verbs.find(({ base }) => base === "copy")).toEqual({ base: "copy", past: "copied", third: "copies" });
  });

  it("use known placeholders only, and none where none is filled", () => {
    const used = [...openings, ...closings, ...sentences].flatMap((text) => text.match(/\{\w*\}/g) ?? []);
    expect(used.filter((mark) => !placeholders.includes(mark.slice(1, -1)))).toEqual([]);
    expect([...personas, ...phraseFillers].filter((text) => /[{}]/.test(text))).toEqual([]);
  });

  it("are as wide as copying unseen words needs", () => {
    expect(nouns.length).toBeGreaterThanOrEqual(1400);
    expect(descriptions.adjectives.length).toBeGreaterThanOrEqual(500);
    expect(verbs.length).toBeGreaterThanOrEqual(350);
    expect(names.firstNames.length).toBeGreaterThanOrEqual(400);
    expect(names.lastNames.length).toBeGreaterThanOrEqual(400);
    expect(names.cities.length).toBeGreaterThanOrEqual(300);
    expect(Object.keys(topics).length).toBeGreaterThanOrEqual(60);
    expect(Object.entries(topics).filter(([, list]) => list.length < 40)).toEqual([]);
  });
});

/** "desk lamp" to "Desk lamp". */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a, b and c"; with `comma` before the "and". */
export function joined(list: readonly string[], { word = "and", comma = false } = {}): string {
  if (list.length < 2) return list.join("");
  const last = list[list.length - 1] ?? "";
  return `${list.slice(0, -1).join(", ")}${comma && list.length > 2 ? "," : ""} ${word} ${last}`;
}

const irregular: Readonly<Record<string, string>> = {
  knife: "knives",
  shelf: "shelves",
  leaf: "leaves",
  loaf: "loaves",
  half: "halves",
  wolf: "wolves",
  calf: "calves",
  scarf: "scarves",
  wife: "wives",
  mouse: "mice",
  goose: "geese",
  foot: "feet",
  tooth: "teeth",
  child: "children",
  man: "men",
  woman: "women",
  person: "people",
  potato: "potatoes",
  tomato: "tomatoes",
  hero: "heroes",
};

/** More than one of it, by its last word. */
export function plural(thing: string): string {
  const start = Math.max(thing.lastIndexOf(" "), thing.lastIndexOf("-")) + 1;
  const word = thing.slice(start);
  return thing.slice(0, start) + (irregular[word] ?? pluralWord(word));
}

function pluralWord(word: string): string {
  if (/(?:us|ns)$/.test(word)) return `${word}es`;
  if (/[^s]s$/.test(word) || /(?:sheep|fish|deer|series)$/.test(word)) return word;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return `${word}s`;
}

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A whole number from 0 to 999 in words. */
export function numberWord(value: number): string {
  if (value < 20) return small[value] ?? "";
  if (value < 100) {
    const ten = tens[Math.floor(value / 10) - 2] ?? "";
    return value % 10 === 0 ? ten : `${ten}-${small[value % 10]}`;
  }
  const hundreds = `${small[Math.floor(value / 100)]} hundred`;
  return value % 100 === 0 ? hundreds : `${hundreds} and ${numberWord(value % 100)}`;
}

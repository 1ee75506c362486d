/** The words that the tasks draw from, in one place. */
export {
  abstractNouns,
  adjectives,
  adverbs,
  connectives,
  functionWords,
  materials,
  prepositions,
} from "./words/descriptions.ts";
export { cities, colors, companies, firstNames, lastNames, months, weekdays } from "./words/names.ts";
export { nouns } from "./words/nouns.ts";
export { closings, openings, personas } from "./words/personas.ts";
export { phraseFillers, sentences } from "./words/sentences.ts";
export { topics } from "./words/topics.ts";
export { type Verb, verbs } from "./words/verbs.ts";

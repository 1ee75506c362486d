import { lifeTopics } from "./topics-life.ts";
import { workTopics } from "./topics-work.ts";

/** A label and the words that betray it; a word may betray several topics. */
export const topics: Readonly<Record<string, readonly string[]>> = { ...workTopics, ...lifeTopics };

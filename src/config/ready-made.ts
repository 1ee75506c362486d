import type { Pipeline } from "./pipeline.gen.ts";

/** Whether the source's lines are training examples as they stand, so that no templates make them. */
export const isReadyMade = ({ type }: Pick<Pipeline["source"], "type">): boolean =>
  type === "messages" || type === "recorded";

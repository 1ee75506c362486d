import { extractor } from "./extractor.ts";
import { reviewer } from "./reviewer.ts";
import { summarizer } from "./summarizer.ts";
import type { QualityTask } from "./task.ts";
import { triage } from "./triage.ts";

/** In the order of the table; a new one is a file in this folder and a line here. */
export const tasks: readonly QualityTask[] = [reviewer, extractor, triage, summarizer];

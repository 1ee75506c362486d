import type { ToolSettings } from "../core/chat.ts";
import type { TrainingLine } from "../dataset/example.ts";
import type { Recipe } from "./recipe.ts";

/** How a chat becomes rows: one for each answer that is learnt, or the chat as it is. */
export const styles = ["prompt-completion", "messages"] as const;

export type Style = (typeof styles)[number];

/** Methods that run on own GPUs. Reinforcement needs a reward in the trainer's own code. */
export type ExportMethod = "supervised" | "dpo";

export type SettingValue = string | number | boolean | readonly (string | SettingMap)[];

export interface SettingMap {
  readonly [option: string]: string | number | boolean | readonly string[];
}

/** A line of a trainer's config. */
export interface Setting {
  readonly option: string;
  readonly value: SettingValue;
  /** Why it is set, and not left to the trainer. */
  readonly why?: string | undefined;
}

export interface SettingSection {
  readonly title: string;
  readonly settings: readonly Setting[];
}

export interface DataFacts {
  readonly method: ExportMethod;
  readonly style: Style;
  /** Training and validation examples that declare tools. */
  readonly tools: number;
}

/** What a line of the training file becomes; or why it can't become anything, and what helps. */
export type MadeRows =
  | { readonly rows: readonly object[] }
  | { readonly fault: string; readonly hint: string | undefined };

/** A program that trains on own GPUs: one file in this folder and one line in `index.ts`. */
export interface Trainer {
  readonly name: string;
  /** The release that its options were read from, as packages of Python. */
  readonly packages: readonly string[];
  /** What its config is called. */
  readonly configFile: string;
  /** Why it can't take the data at all; undefined if it can. */
  readonly refuses: (facts: DataFacts) => string | undefined;
  readonly rows: (line: TrainingLine, style: Style) => MadeRows;
  readonly config: (recipe: Recipe) => readonly SettingSection[];
  /** What starts it, in the folder of the export. */
  readonly command: (method: ExportMethod) => string;
}

/** What stands beside the messages of a line, wherever the line has it. */
export function lineSettings(line: TrainingLine): ToolSettings {
  return "messages" in line ? line : line.input;
}

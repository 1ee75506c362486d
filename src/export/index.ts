import { axolotl } from "./axolotl.ts";
import type { Trainer } from "./trainer.ts";
import { trl } from "./trl.ts";

/** Every trainer. A new one is a file in this folder and a line here. */
export const trainers: readonly Trainer[] = [trl, axolotl];

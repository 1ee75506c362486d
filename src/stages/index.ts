import type { AnyStage } from "../run/stage.ts";
import { checks } from "./checks.ts";
import { dataset } from "./dataset.ts";
import { estimate } from "./estimate.ts";
import { evaluate } from "./evaluate.ts";
import { gate } from "./gate.ts";
import { report } from "./report.ts";
import { source } from "./source.ts";
import { split } from "./split.ts";
import { train } from "./train.ts";
import { upload } from "./upload.ts";
import { wait } from "./wait.ts";
import type { World } from "./world.ts";

/** The path of the data, in order. A new stage is a file in this folder and a line here. */
export const stages: readonly AnyStage<World>[] = [
  source,
  dataset,
  checks,
  split,
  estimate,
  upload,
  train,
  wait,
  evaluate,
  gate,
  report,
];

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packageFile } from "../../../src/core/assets.ts";

const run = promisify(execFile);

/**
 * The first steps of the training that made assets/ftpipe-mini.weights.bin. Another text, tokenizer, kernel or
 * optimizer gives another number here; then the base must be trained anew, and this number with it.
 */
const afterTwoSteps = "4fc10b91bb960f1976b0dc81da03a7814a6bb9ea376aa83395275e56709dee56";

test("the base's training takes its first steps to the bit", async () => {
  const program = [packageFile("scripts/train-base.ts"), "--steps", "2", "--threads", "2"];
  const { stdout } = await run(process.execPath, program);
  expect(stdout).toContain(`weights ${afterTwoSteps}\n`);
});

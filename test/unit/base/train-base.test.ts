import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { packageFile } from "../../../src/core/assets.ts";

const run = promisify(execFile);

/**
 * The first steps of the training that made assets/ftpipe-mini.weights.bin. Another text, tokenizer, kernel or
 * optimizer gives another number here; then the base must be trained anew, and this number with it.
 */
const afterTwoSteps = "bccad8f375a581f13fefb1eebd4778d285dc0a0020ac08060c55f6dc8df9b102";

test("the base's training takes its first steps to the bit", async () => {
  const program = [packageFile("scripts/train-base.ts"), "--steps", "2", "--threads", "2"];
  const { stdout } = await run(process.execPath, program);
  expect(stdout).toContain(`weights ${afterTwoSteps}\n`);
});

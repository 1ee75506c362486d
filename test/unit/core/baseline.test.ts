import { describe, expect, test } from "vitest";
import { type BaselineHeader, formatBaseline, parseBaseline, type RecordedAnswer } from "../../../src/core/baseline.ts";
import { FtpipeError } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/hash.ts";

const header: BaselineHeader = {
  ftpipe_baseline: 1,
  name: "old",
  model: "ft:gpt-4.1-mini-2025-04-14:acme:towns:Bx12",
  provider: "openai",
  metadata: { id: "ft:gpt-4.1-mini-2025-04-14:acme:towns:Bx12", owned_by: "acme", shutdown_date: "2027-01-14" },
  shutdown_date: "2027-01-14",
  pipeline: "towns",
  recorded_at: "2026-11-22T04:00:00Z",
  sampling: { temperature: 0, max_tokens: 12 },
  counts: { cases: 2, prompts: 1, refused: 0 },
  usage: { prompt_tokens: 30, completion_tokens: 9 },
};

const answers: readonly RecordedAnswer[] = ["Oslo", "Łódź 🚋", "Rome\nand\u2028more"].map((town, index) => ({
  key: sha256(town),
  asked_as: index < 2 ? "case" : "prompt",
  messages: [{ role: "user", content: `${town}?` }],
  answer: `Hello ${town}`,
  finish_reason: "stop",
  usage: { prompt_tokens: 10, completion_tokens: 3 },
  at: "2026-11-22T04:00:00Z",
}));

const text = formatBaseline(header, answers);
const lines = text.split("\n").slice(0, -1);

/** The fault that a text is refused for. */
function faultOf(changed: string): FtpipeError {
  try {
    parseBaseline(changed, "baselines/old.jsonl");
  } catch (error) {
    if (error instanceof FtpipeError) return error;
    throw error;
  }
  throw new Error(`was taken:\n${changed}`);
}

describe("a baseline", () => {
  test("is read as it was written, and equal answers give equal bytes", () => {
    const { header: read, answers: told } = parseBaseline(text, "baselines/old.jsonl");
    expect({ read, told }).toEqual({ read: header, told: answers });
    expect(formatBaseline(read, told)).toBe(text);
  });

  test("is the same with the line ends of another system", () => {
    const other = parseBaseline(text.replaceAll("\n", "\r\n"), "baselines/old.jsonl");
    expect(other.sha256).toBe(parseBaseline(text, "baselines/old.jsonl").sha256);
  });

  test("cut at any character is refused", () => {
    for (let at = 0; at < text.length; at++) {
      expect(faultOf(text.slice(0, at))).toMatchObject({ code: "BASELINE_DAMAGED", exitCode: 9 });
    }
  });

  test.each(lines.map((line, index) => ({ line, number: index + 1 })))(
    "with another character in line $number is refused by that line",
    ({ line, number }) => {
      const at = line.indexOf(number === lines.length ? '"lines":' : "2026") + 8;
      const edited = lines.with(number - 1, `${line.slice(0, at)}${line[at] === "7" ? "8" : "7"}${line.slice(at + 1)}`);
      const fault = faultOf(`${edited.join("\n")}\n`);
      expect(fault.message).toBe(`Line ${number} of the recorded answers in baselines/old.jsonl was edited or cut.`);
      expect(fault.location).toEqual({ file: "baselines/old.jsonl", line: number });
    },
  );

  test.each([
    ["a line removed", lines.toSpliced(2, 1)],
    ["a line twice", lines.toSpliced(2, 0, lines[2] as string)],
    ["two lines swapped", [lines[0], lines[2], lines[1], ...lines.slice(3)]],
    ["all answers removed", [lines[0], lines.at(-1)]],
  ])("with %s is refused", (_what, changed) => {
    expect(faultOf(`${changed.join("\n")}\n`).message).toMatch(/were added, removed or moved/);
  });

  test("with its last line missing, or of a merge, says so", () => {
    expect(faultOf(`${lines.slice(0, -1).join("\n")}\n`).message).toMatch(/cut off: their last line is missing/);
    expect(faultOf(`${lines.toSpliced(1, 0, "<<<<<<< ours").join("\n")}\n`).message).toMatch(
      /Line 2 .* conflict marker/,
    );
    expect(faultOf(`${lines.slice(1).join("\n")}\n`).message).toMatch(/no recorded answers in the format/);
  });
});

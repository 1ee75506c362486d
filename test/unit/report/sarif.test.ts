import { expect, test } from "vitest";
import { problem } from "../../../src/core/errors.ts";
import { sarifLog } from "../../../src/report/sarif.ts";

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly object[];
  }[];
}

test("one result for each place, its rule by name and number, columns from 1", () => {
  const broken = problem("error", "RULE_BROKEN", "Too long.", {
    hint: "Cut it.",
    location: { file: "data/my rows.csv", line: 3, column: 5, length: 4 },
  });
  const log = sarifLog(
    [
      { ...broken, alsoAt: [{ file: "data/my rows.csv", line: 9 }] },
      problem("warning", "SPLIT_EMPTY", "No row.", { location: { file: "/abs/p.yaml", line: 1, column: 2 } }),
      problem("error", "TARGET_REQUIRED", "Which target?"),
    ],
    "1.2.3",
  ) as Log;
  const [run] = log.runs;
  expect(log.version).toBe("2.1.0");
  expect(run?.tool.driver).toMatchObject({ name: "ftpipe", version: "1.2.3" });
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(["RULE_BROKEN", "SPLIT_EMPTY", "TARGET_REQUIRED"]);
  const at = (uri: string, region: object) => [
    {
      physicalLocation: {
        artifactLocation: { uri, ...(uri.startsWith("/") ? {} : { uriBaseId: "%SRCROOT%" }) },
        region,
      },
    },
  ];
  const text = { text: "Too long. Cut it." };
  expect(run?.results).toEqual([
    {
      ruleId: "RULE_BROKEN",
      ruleIndex: 0,
      level: "error",
      message: text,
      locations: at("data/my%20rows.csv", { startLine: 3, startColumn: 5, endColumn: 9 }),
    },
    {
      ruleId: "RULE_BROKEN",
      ruleIndex: 0,
      level: "error",
      message: text,
      locations: at("data/my%20rows.csv", { startLine: 9 }),
    },
    {
      ruleId: "SPLIT_EMPTY",
      ruleIndex: 1,
      level: "warning",
      message: { text: "No row." },
      locations: at("/abs/p.yaml", { startLine: 1, startColumn: 2 }),
    },
    { ruleId: "TARGET_REQUIRED", ruleIndex: 2, level: "error", message: { text: "Which target?" } },
  ]);
});

test("nothing wrong is a log without results", () => {
  expect((sarifLog([], "1.0.0") as Log).runs[0]?.results).toEqual([]);
});

test("a rule has its code's title, and places that are only counted stand in the message", () => {
  const many = { ...problem("error", "ROW_INVALID", "No number."), unlisted: 12 };
  const log = JSON.parse(JSON.stringify(sarifLog([many], "1.2.3"))) as Log;
  expect(log.runs[0]?.tool.driver.rules).toEqual([
    {
      id: "ROW_INVALID",
      shortDescription: { text: "A row does not meet its schema" },
      properties: { exitCode: 2 },
    },
  ]);
  expect(log.runs[0]?.results).toMatchObject([{ message: { text: "No number. (12 more places are not listed.)" } }]);
});

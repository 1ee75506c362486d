import { describe, expect, test } from "vitest";
import { readYaml } from "../../../src/config/document.ts";

const problemsOf = (text: string) =>
  readYaml("p.yaml", text).problems.map(({ code, message, location }) => [
    code,
    message,
    location?.line,
    location?.column,
  ]);

describe("a pipeline text", () => {
  test.each([
    ["a duplicate key", "a: 1\na: 2\n", "PIPELINE_INVALID", /unique/, 2, 1],
    ["a tab", "a:\n\tb: 1\n", "PIPELINE_INVALID", /[Tt]ab/, 2, 1],
    ["an unknown tag", "a: !foo 1\n", "PIPELINE_INVALID", /tag/, 1, 4],
    ["a merge key", "a: &x { b: 1 }\nc:\n  <<: *x\n", "PIPELINE_INVALID", /Merge keys/, 3, 3],
    ["an alias without anchor", "a: *x\n", "PIPELINE_INVALID", /anchor/, 1, 4],
    ["an alias of itself", "a: &x [*x]\n", "PIPELINE_INVALID", /itself/, 1, 8],
    ["a directive", "%YAML 1.1\n---\na: 1\n", "PIPELINE_INVALID", /directive/, 1, 1],
    ["a conflict marker", "a: 1\n<<<<<<< HEAD\n", "PIPELINE_INVALID", /conflict/, 2, 1],
    ["CR line ends", "a: 1\rb: 2\r", "PIPELINE_INVALID", /CR alone/, 1, 5],
    ["a NUL byte", "a: \0\n", "PIPELINE_INVALID", /NUL/, 1, 4],
    ["the key __proto__", "__proto__: 1\n", "PIPELINE_INVALID", /__proto__/, 1, 1],
    ["a second document", "a: 1\n---\nb: 1\n", "PIPELINE_INVALID", /document/, 2, 1],
    ["a key of a provider", `a: sk-${"x".repeat(30)}\n`, "SECRET_IN_PIPELINE", /OpenAI key/, 1, 4],
  ])("with %s is refused at its place", (_name, text, code, message, line, column) => {
    const [first] = problemsOf(text);
    expect(first?.[0]).toBe(code);
    expect(first?.[1]).toMatch(message);
    expect(first?.slice(2)).toEqual([line, column]);
  });

  test("with a secret never shows the line that holds it", () => {
    const text = `a: 1\nkey: ghp_${"a1".repeat(20)}\n`;
    expect(JSON.stringify(readYaml("p.yaml", text).problems)).not.toContain("ghp_");
  });

  test("that is empty or over a mebibyte is refused before it is parsed", () => {
    expect(problemsOf(" \n")[0]?.[1]).toMatch(/empty/);
    expect(problemsOf(`a: "${"x".repeat(1 << 20)}"`)[0]?.[0]).toBe("PIPELINE_TOO_LARGE");
  });

  test("that grows without bound through its aliases is refused", () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(", ")}]`);
    expect(problemsOf(`l0: &l0 [x]\n${levels.join("\n")}\n`)).toHaveLength(1);
  });

  test("reports several faults at once", () => {
    expect(problemsOf("a: 1\na: 2\nb: 1\nb: 2\n")).toHaveLength(2);
  });

  test("keeps a byte order mark out of its first key", () => {
    expect(readYaml("p.yaml", "\uFEFFname: x\n").value).toEqual({ name: "x" });
  });
});

describe("places", () => {
  const document = readYaml("p.yaml", 'a:\n  - b: one\n    c: |\n      first\n      {{second}}\nd: "x {{y}}"\n');

  test("of a value and of its key", () => {
    expect(document.locate("/a/0/b")).toMatchObject({ line: 2, column: 8, length: 3 });
    expect(document.locateKey("/a/0/b")).toMatchObject({ line: 2, column: 5 });
  });

  test("of a value that is not there are those of its parent", () => {
    expect(document.locate("/a/0/nothing")).toMatchObject({ line: 2, column: 5 });
  });

  test("inside a block and a quoted text", () => {
    expect(document.locateIn("/a/0/c", 2, 3)).toMatchObject({ line: 5, column: 9 });
    expect(document.locateIn("/d", 1, 5)).toMatchObject({ line: 6, column: 9 });
  });
});

describe("--set", () => {
  const text = "training:\n  suffix: a\nlist: [1, 2]\n";

  test("replaces and adds values, read as YAML", () => {
    const { value } = readYaml("p.yaml", text, [
      { path: "training.suffix", value: "b" },
      { path: "training.hyperparameters.n_epochs", value: "4" },
      { path: "list.1", value: "[x]" },
    ]);
    expect(value).toEqual({ training: { suffix: "b", hyperparameters: { n_epochs: 4 } }, list: [1, ["x"]] });
  });

  test("of what can't be read or set is a usage error", () => {
    expect(readYaml("p.yaml", text, [{ path: "a", value: "{" }]).problems[0]?.code).toBe("USAGE");
    expect(readYaml("p.yaml", text, [{ path: "training.suffix.x", value: "1" }]).problems[0]?.code).toBe("USAGE");
  });
});

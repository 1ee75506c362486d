import { describe, expect, test } from "vitest";
import { compileJsonSchema } from "../../../src/core/json-schema.ts";

describe("a compiled JSON Schema", () => {
  test("tells every fault of a value, with its place and what is allowed", () => {
    const check = compileJsonSchema({
      type: "object",
      required: ["size"],
      additionalProperties: false,
      properties: { size: { enum: ["big", "small"] }, day: { type: "string", format: "date" }, one: { const: 1 } },
    });
    expect(check({ size: "big", day: "2026-01-31", one: 1 })).toEqual([]);
    expect(check({ size: "huge", day: "soon", one: 2, more: true })).toEqual([
      'the value must NOT have additional properties: "more"',
      '/size must be equal to one of the allowed values: "big", "small"',
      '/day must match format "date"',
      "/one must be equal to constant: 1",
    ]);
    expect(check([])).toEqual(["the value must be object"]);
  });

  test("sees own properties only, and coerces nothing", () => {
    expect(compileJsonSchema({ required: ["constructor"] })({})).toEqual([
      "the value must have required property 'constructor'",
    ]);
    expect(compileJsonSchema({ type: "number" })("1")).toEqual(["the value must be number"]);
  });

  test("reads draft-07 where the schema says so, else draft 2020-12", () => {
    const pair = { type: "array", items: [{ type: "string" }, { type: "number" }] };
    const old = compileJsonSchema({ $schema: "http://json-schema.org/draft-07/schema#", ...pair });
    expect(old(["a", 1])).toEqual([]);
    expect(old([1, 1])).toEqual(["/0 must be string"]);
    expect(() => compileJsonSchema(pair)).toThrow("schema is invalid");
  });

  test.each([
    ["a misspelt keyword", { typ: "object" }, 'unknown keyword: "typ"'],
    ["an unknown type", { type: "objekt" }, "schema is invalid"],
    ["a pattern that needs look-ahead", { pattern: "(?=x)" }, "Look-around"],
    ["a reference to nowhere", { $ref: "other.json" }, "can't resolve reference other.json"],
    ["an unknown dialect", { $schema: "http://json-schema.org/draft-04/schema#" }, "draft-04"],
    ["a list", [{ type: "string" }], "a JSON Schema is an object, true or false"],
  ])("refuses %s", (_what, schema, message) => {
    expect(() => compileJsonSchema(schema)).toThrow(message);
  });

  test("matches evil patterns in linear time", () => {
    const check = compileJsonSchema({ type: "string", pattern: "^(a|a)*$" });
    expect(check(`${"a".repeat(20_000)}!`)).toHaveLength(1);
  });

  test("gives up on a value that is nested too deeply for a schema that refers to itself", () => {
    const check = compileJsonSchema({
      $ref: "#/$defs/list",
      $defs: { list: { type: "array", items: { $ref: "#/$defs/list" } } },
    });
    expect(check([[[]]])).toEqual([]);
    expect(check(JSON.parse("[".repeat(50_000) + "]".repeat(50_000)))).toEqual(["the value is nested too deeply"]);
  });
});

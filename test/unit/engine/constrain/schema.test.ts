import { expect, test } from "vitest";
import { FtpipeError } from "../../../../src/core/errors.ts";
import { compileJsonSchema } from "../../../../src/core/json-schema.ts";
import { createConstraint, formatProblems } from "../../../../src/engine/constrain/constraint.ts";
import { isWritable, jsonSchema, plainBytes } from "./rig.ts";

const problemsOf = (schema: Readonly<Record<string, unknown>>) =>
  formatProblems(jsonSchema(schema)).map(({ pointer, message }) => `${pointer}: ${message}`);

const object = (properties: object, others: object = {}) => ({ type: "object", properties, ...others });

/** A schema with texts that can be written in it, and texts that can't. */
const languages: readonly (readonly [Readonly<Record<string, unknown>>, readonly string[], readonly string[]])[] = [
  [{}, ["1", '"a"', "[]", '{"a":[null]}', "-0.25", "true"], ["01", "-0", "[1,]", "{ }", "1e5", "1.50"]],
  [{ type: "string", minLength: 2, maxLength: 3 }, ['"ab"', '"é🎉a"', '"\\n\\""'], ['"a"', '"abcd"', '""']],
  [
    { type: "string" },
    ['"\\u001f\\u0000"', '"/"'],
    ['"\\u001F"', '"\\/"', '"\\u0041"', '"\\u000a"', '"\\ud83c"', '"\n"'],
  ],
  [{ enum: ["a", 1, null, { b: [] }] }, ['"a"', "1", "null", '{"b":[]}'], ['"b"', "2", "{}"]],
  [{ type: ["string", "null"], enum: ["a", null, 3] }, ['"a"', "null"], ["3"]],
  [{ enum: [1, 2, 3], const: 2 }, ["2"], ["1", "3"]],
  [{ type: "string", nullable: true }, ["null", '""'], ["1"]],
  [{ type: "integer", minimum: -12, maximum: 105 }, ["-12", "-3", "0", "99", "105"], ["-13", "106", "1.5", "-0"]],
  [{ type: "integer", exclusiveMinimum: 9, exclusiveMaximum: 21 }, ["10", "20"], ["9", "21", "1", "2"]],
  [{ type: "number", minimum: 0.25, maximum: 1.5 }, ["0.25", "0.3", "1", "1.5"], ["0.2", "0", "1.51", "2", "0.250"]],
  [{ type: "number", minimum: 0.5 }, ["0.5", "12.25"], ["0.4", "-1"]],
  [{ type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }, ["0", "-5"], ["0.5"]],
  [
    { type: "array", items: { type: "boolean" }, minItems: 1, maxItems: 2 },
    ["[true]", "[true,false]"],
    ["[]", "[1]", "[true,true,true]"],
  ],
  [{ items: false }, ["[]"], ["[1]", "1"]],
  [
    object({ a: { type: "integer" }, b: { type: "integer" }, c: {} }, { required: ["b"] }),
    ['{"b":1}', '{"a":1,"b":2}', '{"b":2,"c":[]}', '{"a":1,"b":2,"c":3}'],
    ["{}", '{"a":1}', '{"b":1,"a":2}', '{"b":1,"d":2}', '{"b":1,}'],
  ],
  [
    object({ ab: { const: 1 } }, { additionalProperties: { type: "integer" } }),
    ["{}", '{"ab":1}', '{"a":2}', '{"ab":1,"abc":3,"b":4}', '{"":1}'],
    ['{"ab":2}', '{"a":"x"}', '{"a":2,"ab":1}'],
  ],
  [object({}, { required: ["x"], additionalProperties: true }), ['{"x":1}', '{"x":1,"y":2}'], ["{}", '{"y":2}']],
  [{ additionalProperties: { type: "null" } }, ["{}", '{"a":null}'], ['{"a":1}']],
  [{ anyOf: [{ type: "string" }, object({ a: {} }, { required: ["a"] })] }, ['"x"', '{"a":0}'], ["{}", "1"]],
  [
    {
      oneOf: [
        object({ kind: { const: "a" }, n: {} }, { required: ["kind"] }),
        object({ kind: { enum: ["b", "c"] } }, { required: ["kind"] }),
      ],
    },
    ['{"kind":"a","n":1}', '{"kind":"c"}'],
    ['{"kind":"d"}', '{"kind":"b","n":1}'],
  ],
  [
    {
      $ref: "#/$defs/tree",
      $defs: { tree: object({ left: { $ref: "#/$defs/tree" }, v: { type: "integer" } }, { required: ["v"] }) },
    },
    ['{"v":1}', '{"left":{"left":{"v":3},"v":2},"v":1}'],
    ['{"left":{},"v":1}'],
  ],
  [object({ "a/b": { type: "null" }, c: { $ref: "#/properties/a~1b" } }), ['{"c":null}'], ['{"c":1}']],
  [{ allOf: [{ type: "boolean" }], description: "yes or no" }, ["true"], ["1"]],
  [{ type: "string", pattern: "^[A-Z]{2}-\\d{2,3}$" }, ['"AB-12"', '"XY-123"'], ['"AB-1"', '"ab-12"', '"AB-1234"']],
  [{ type: "string", pattern: "b+$|^\\.\\w?" }, ['"abb"', '"."', '"._ anything"'], ['"a"', '"bx"', '"x."']],
  [{ type: "string", pattern: '^(?:[^"a-y]|\\\\|é{2})*$' }, ['""', '"z\\\\éé\\n"'], ['"\\""', '"m"']],
  [{ minLength: 1 }, ['"a"'], ['""', "1"]],
];

test.each(languages)("%j can be written", (schema, good, bad) => {
  const check = compileJsonSchema(schema);
  for (const text of good) {
    expect(check(JSON.parse(text)), text).toEqual([]);
    expect(isWritable(text, jsonSchema(schema), plainBytes), text).toBe(true);
  }
  for (const text of bad) expect(isWritable(text, jsonSchema(schema), plainBytes), text).toBe(false);
});

test("whole numbers within limits are written exactly, for all small limits", () => {
  for (const minimum of [-25, -10, -1, 0, 1, 7, 19]) {
    for (const maximum of [-9, 0, 5, 10, 21, 100, 120]) {
      if (minimum > maximum) continue;
      const format = jsonSchema({ type: "integer", minimum, maximum });
      for (let value = -30; value <= 130; value++) {
        expect(isWritable(String(value), format, plainBytes), `${value} of ${minimum} to ${maximum}`).toBe(
          value >= minimum && value <= maximum,
        );
      }
    }
  }
});

test.each([
  [{ type: "string", format: "email" }, ['/format: "format" is not supported']],
  [
    object({ a: { type: "array", uniqueItems: true }, "b/c~": { multipleOf: 2, not: {} } }, { patternProperties: {} }),
    [
      '/patternProperties: "patternProperties" is not supported',
      '/properties/a/uniqueItems: "uniqueItems" is not supported',
      '/properties/b~1c~0/multipleOf: "multipleOf" is not supported',
      '/properties/b~1c~0/not: "not" is not supported',
    ],
  ],
  [{ type: "text" }, ['/type: "type" must be one or more of string, number, integer, boolean, null, array, object']],
  [{ enum: ["a"], minLength: 1 }, ['/minLength: "minLength" is not supported beside "enum"']],
  [{ anyOf: [{}], type: "object" }, ['/type: "type" is not supported beside "anyOf"']],
  [{ type: "string", pattern: "(?=a)" }, ['/pattern: "pattern" can\'t be honoured: a group with "(?" in "(?=a)"']],
  [
    { type: "string", pattern: "a", minLength: 3 },
    ['/pattern: "pattern" is not supported beside "minLength" or "maxLength"'],
  ],
  [{ type: "number", minimum: 0.1234567890123456 }, ['/minimum: "minimum" must have at most 15 digits']],
  [{ type: "array", minItems: -1 }, ['/minItems: "minItems" must be a whole number from 0']],
  [
    { oneOf: [{ type: "number" }, { type: "integer" }] },
    ['/oneOf: "oneOf" is supported where no value can meet two of its schemas; 0 and 1 may share some: use "anyOf"'],
  ],
  [{ allOf: [{}, {}] }, ['/allOf: "allOf" is supported with one schema only']],
  [
    { $ref: "other.json" },
    ['/$ref: "$ref" must name a part of this schema, such as "#/$defs/name"; "other.json" is none'],
  ],
  [{ $ref: "#" }, [": it refers to itself without end"]],
  [
    object({ a: { anyOf: [{ type: "null" }, { $ref: "#/properties/a" }] } }),
    ["/properties/a: it refers to itself without end", "/properties/a/anyOf/1: it refers to itself without end"],
  ],
  [{ type: "integer", minimum: 3, maximum: 2 }, [": no value meets it"]],
  [object({ a: { $ref: "#" } }, { required: ["a"] }), [": no value meets it"]],
  [object({}, { required: ["a"], additionalProperties: false }), [": no value meets it"]],
  [{ enum: [1], type: "string" }, [": no value meets all of its keywords"]],
  [object({ a: 3 }), ["/properties/a: a schema is an object, true or false"]],
])("%j is refused with each place", (schema, problems) => {
  expect(problemsOf(schema)).toEqual(problems);
});

test("an error tells all problems at once", () => {
  const schema = object({ a: { format: "date" }, b: { not: {} } });
  try {
    createConstraint(jsonSchema(schema), plainBytes, { budget: 99, prompt: [] });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(FtpipeError);
    expect((error as FtpipeError).code).toBe("RESPONSE_FORMAT_INVALID");
    expect((error as FtpipeError).problems).toHaveLength(2);
    expect((error as FtpipeError).message).toBe(
      'At /properties/a/format: "format" is not supported. At /properties/b/not: "not" is not supported.',
    );
  }
});

test("annotations and parts that nobody refers to are passed over", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "t",
    type: "object",
    properties: { a: { type: "string", description: "d", examples: ["x"], default: "y" } },
    $defs: { unused: { not: {} } },
  };
  expect(problemsOf(schema)).toEqual([]);
});

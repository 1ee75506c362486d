import { expect, test } from "vitest";
import { openRig } from "./rig.ts";
import { speakingEngine } from "./speaking-engine.ts";

const chat = { model: "ftpipe-nano", messages: [{ role: "user", content: "Give me JSON." }] };
const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };
const ofSchema = (change: object) => ({ type: "json_schema", json_schema: { name: "order", schema, ...change } });

async function ask(response_format: unknown, change: object = {}) {
  const engine = speakingEngine({ pieces: ['{"a":"b"}'] });
  const rig = await openRig({ engine });
  const { status, body } = await rig.call("POST", "/chat/completions", { ...chat, ...change, response_format });
  return { status, error: body.error, asked: engine.asked[0] };
}

test.each([
  [ofSchema({}), ofSchema({})],
  [ofSchema({ strict: true, description: "An order." }), ofSchema({})],
  [{ type: "json_object" }, { type: "json_object" }],
])("%j reaches the engine", async (sent, received) => {
  const { status, asked } = await ask(sent);
  expect(status).toBe(200);
  expect(asked?.responseFormat).toEqual(received);
});

test.each([[{ type: "text" }], [null]])("%j asks for nothing", async (sent) => {
  const { status, asked } = await ask(sent);
  expect(status).toBe(200);
  expect(asked).not.toHaveProperty("responseFormat");
});

test.each([
  [
    "json",
    "Invalid type for 'response_format': expected an object, but got a string instead.",
    "response_format",
    "invalid_type",
  ],
  [{}, "Missing required parameter: 'response_format.type'.", "response_format.type", "missing_required_parameter"],
  [
    { type: "xml" },
    "Invalid value: 'xml'. Supported values are: 'json_object', 'json_schema', 'text'.",
    "response_format.type",
    "invalid_value",
  ],
  [
    { type: "json_schema" },
    "Missing required parameter: 'response_format.json_schema'.",
    "response_format.json_schema",
    "missing_required_parameter",
  ],
  [
    ofSchema({ name: undefined }),
    "Missing required parameter: 'response_format.json_schema.name'.",
    "response_format.json_schema.name",
    "missing_required_parameter",
  ],
  [
    ofSchema({ name: "my order" }),
    "Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
    "response_format.json_schema.name",
    "invalid_value",
  ],
  [
    ofSchema({ schema: undefined }),
    "Missing required parameter: 'response_format.json_schema.schema'.",
    "response_format.json_schema.schema",
    "missing_required_parameter",
  ],
  [
    ofSchema({ strictly: true }),
    "Unknown parameter: 'response_format.json_schema.strictly'.",
    "response_format.json_schema.strictly",
    "unknown_parameter",
  ],
  [
    ofSchema({ schema: { ...schema, properties: { a: { type: "string", format: "date" }, "b/c": { not: {} } } } }),
    `Invalid schema for response_format 'order': At /properties/a/format: "format" is not supported. At /properties/b~1c/not: "not" is not supported.`,
    "response_format",
    null,
  ],
  [
    ofSchema({ strict: true, schema: { type: "object", properties: { a: { type: "object" } } } }),
    `Invalid schema for response_format 'order': At the schema's root: with "strict" it needs "additionalProperties": false. At the schema's root: with "strict" "required" must list every property; "a" is missing. At /properties/a: with "strict" it needs "additionalProperties": false.`,
    "response_format",
    null,
  ],
  [
    ofSchema({ strict: true, schema: { type: "array" } }),
    `Invalid schema for response_format 'order': At the schema's root: with "strict" the schema must be of "type": "object", got "array".`,
    "response_format",
    null,
  ],
])("%j is refused", async (sent, message, param, code) => {
  const { status, error, asked } = await ask(sent);
  expect(status).toBe(400);
  expect(error).toEqual({ message, type: "invalid_request_error", param, code });
  expect(asked).toBeUndefined();
});

test("json_object needs a message that speaks of JSON", async () => {
  const { status, error } = await ask({ type: "json_object" }, { messages: [{ role: "user", content: "hello" }] });
  expect(status).toBe(400);
  expect(error).toMatchObject({ param: "messages", message: expect.stringContaining("must contain the word 'json'") });
});

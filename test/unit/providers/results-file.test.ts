import { describe, expect, test } from "vitest";
import { readResults } from "../../../src/providers/results-file.ts";
import { failureOf, refusal } from "./calls.ts";
import { connectTo, html, json, page, scriptedServer, wireJob } from "./scripted-server.ts";

const openai =
  "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,0.69,0.5,,\n2,0.31,0.75,0.4,0.7\n";
const steps = [
  { step: 1, totalSteps: undefined, trainLoss: 0.69, trainAccuracy: 0.5, validationLoss: undefined },
  { step: 2, totalSteps: undefined, trainLoss: 0.31, trainAccuracy: 0.75, validationLoss: 0.4 },
];

test.each([
  ["as it is", openai],
  ["as base64", Buffer.from(openai).toString("base64")],
  [
    "as base64 in lines",
    (
      Buffer.from(openai)
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\n"),
  ],
  ["with the line ends of Windows and a mark of byte order", `\uFEFF${openai.replaceAll("\n", "\r\n")}`],
  [
    "with Azure's columns",
    "step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss\n1,0.69,0.5,,,\n2,0.31,0.75,0.9,0.7,0.4\n",
  ],
])("a results file is read %s", (_how, text) => {
  expect(readResults(text)).toEqual(steps);
});

test.each(["", "<html></html>", '{"error":{}}', "loss,accuracy\n1,2\n"])(
  "what is no table of steps is none: %j",
  (text) => {
    expect(readResults(text)).toBeUndefined();
  },
);

describe("over the wire", () => {
  test("a results file of any type is read, a page in its place is none, nor is a file that is gone", async () => {
    const server = await scriptedServer((_, response, call) => {
      if (call === 1) response.writeHead(200, { "content-type": "application/octet-stream" }).end(openai);
      else if (call === 2) html(response, 200);
      else json(response, 404, refusal("No such File object: file-7"));
    });
    const connection = await connectTo(server.baseUrl);
    expect(await connection.results("file-7")).toEqual(steps);
    expect((await failureOf(connection.results("file-7"))).message).toContain("file-7 is no table of steps");
    expect((await failureOf(connection.results("file-7"))).message).toContain("there is no file file-7");
    expect(server.requests[0]?.path).toBe("/v1/files/file-7/content");
  });

  test("checkpoints come by step, whatever their order", async () => {
    const checkpoint = (step: number) => ({
      object: "fine_tuning.job.checkpoint",
      id: `ftckpt_${step}`,
      created_at: 1,
      fine_tuned_model_checkpoint: `ft:m:o::x:ckpt-step-${step}`,
      fine_tuning_job_id: "ftjob-1",
      metrics: { train_loss: 0.5, full_valid_loss: 0.6, valid_loss: 0.9 },
      step_number: step,
    });
    const server = await scriptedServer((_, response) => json(response, 200, page([checkpoint(20), checkpoint(10)])));
    expect(await (await connectTo(server.baseUrl)).checkpoints("ftjob-1")).toMatchObject([
      { id: "ftckpt_10", step: 10, model: "ft:m:o::x:ckpt-step-10", metrics: { trainLoss: 0.5, validationLoss: 0.6 } },
      { step: 20 },
    ]);
  });

  test.each(["pause", "resume"] as const)("a job is told to %s, without a body", async (verb) => {
    const status = verb === "pause" ? "paused" : "queued";
    const server = await scriptedServer((_, response) => json(response, 200, wireJob({ status })));
    expect(await (await connectTo(server.baseUrl))[verb]("ftjob-1")).toMatchObject({ status, state: "waiting" });
    expect(server.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", `/v1/fine_tuning/jobs/ftjob-1/${verb}`, ""],
    ]);
  });
});

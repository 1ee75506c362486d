import { expect, test } from "vitest";
import { stageRig } from "./rig.ts";

/** A provider that refuses the first request for a job's state, and says how long to wait. */
async function messagesAfter(retryAfter: string) {
  const rig = await stageRig();
  let refused = false;
  rig.intercept(({ method, path }) => {
    if (refused || method !== "GET" || !/^\/fine_tuning\/jobs\/ftjob-\w+$/.test(path)) return undefined;
    refused = true;
    const body = { error: { message: "slow down", type: "requests", code: "rate_limit_exceeded" } };
    return Response.json(body, { status: 429, headers: { "retry-after": retryAfter } });
  });
  const { error, events } = await rig.run(undefined);
  expect([error, refused]).toEqual([undefined, true]);
  return events.flatMap((event) =>
    event.type === "stage_progress" && event.message.startsWith("waits until")
      ? [{ stage: event.stage, message: event.message, keep: event.keep }]
      : [],
  );
}

test("a long wait that the provider asked for is told under the stage that waits, with its end", async () => {
  const message = expect.stringMatching(/^waits until \d\d:\d\d UTC: the provider asked for it$/);
  expect(await messagesAfter("90")).toEqual([{ stage: "wait", message, keep: true }]);
});

test("a short one is not worth a line", async () => {
  expect(await messagesAfter("2")).toEqual([]);
});

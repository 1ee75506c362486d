import { ConnectionCut } from "../../connection.ts";
import { millisecondsOf, type RequestKind } from "../kind.ts";

export const late: RequestKind = {
  strikes: "request",
  summary: "the connection is cut at once, and the request done that many seconds later",
  routes: [
    "create_file",
    "add_part",
    "complete_upload",
    "create_job",
    "cancel_job",
    "pause_job",
    "resume_job",
    "delete_file",
    "delete_model",
  ],
  usualRate: 0.03,
  seconds: 2,
  inject: async ({ fault, handleLater }) => {
    await handleLater(millisecondsOf(fault));
    throw new ConnectionCut();
  },
};

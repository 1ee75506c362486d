import { millisecondsOf, type ObjectKind } from "../kind.ts";

export const listLag: ObjectKind = {
  strikes: "object",
  summary: "a new job or file is missing from lists, filtered ones too, for that many seconds; by id it is found",
  routes: ["create_job", "create_file", "complete_upload"],
  usualRate: 0.5,
  seconds: 1,
  isListed: ({ fault, age }) => age >= millisecondsOf(fault),
};

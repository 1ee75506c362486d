import { isBase } from "../bases.ts";
import type { SeedProblem } from "./read.ts";
import type { SeedFile, SeedModel, SeedState } from "./seed-state.ts";

/** What is wrong with a seed of the right shape. */
export function seedProblems({ files = [], jobs = [], models = [] }: SeedState): readonly SeedProblem[] {
  const ofJobs = (list: "events" | "checkpoints") =>
    jobs.flatMap((job, index) => placed(job[list] ?? [], `/jobs/${index}/${list}`));
  return [
    ...twice("files", placed(files, "/files")),
    ...twice("jobs", placed(jobs, "/jobs")),
    ...twice("events", ofJobs("events")),
    ...twice("checkpoints", ofJobs("checkpoints")),
    ...twice("models", placed(models, "/models")),
    ...files.flatMap((file, index) => fileProblems(file, `/files/${index}`)),
    ...models.flatMap((model, index) => modelProblems(model, `/models/${index}`, models)),
  ];
}

interface PlacedId {
  readonly id: string;
  readonly pointer: string;
}

/** Those that have an id of their own. */
function placed(items: readonly { readonly id?: string }[], pointer: string): readonly PlacedId[] {
  return items.flatMap(({ id }, index) => (id === undefined ? [] : [{ id, pointer: `${pointer}/${index}/id` }]));
}

function twice(list: string, items: readonly PlacedId[]): readonly SeedProblem[] {
  const known = new Map(items.toReversed().map(({ id, pointer }) => [id, pointer]));
  return items.flatMap(({ id, pointer }) =>
    known.get(id) === pointer
      ? []
      : [{ pointer, message: `The id ${id} is there twice among the ${list} of the seed.` }],
  );
}

const ways = ["content", "content_base64", "path"] as const;

function fileProblems(file: SeedFile, pointer: string): readonly SeedProblem[] {
  const given = ways.filter((way) => file[way] !== undefined);
  if (file.deleted === true || given.length === 1) return [];
  const hint = "Give one of content, content_base64 and path; or deleted: true for a file that is gone.";
  const message =
    given.length === 0
      ? `The file ${file.id} of the seed has no content.`
      : `The file ${file.id} of the seed has ${given.join(" and ")}.`;
  return [{ pointer, message, hint }];
}

function modelProblems(
  { id, served_by: server }: SeedModel,
  pointer: string,
  models: readonly SeedModel[],
): readonly SeedProblem[] {
  if (isBase(id))
    return [{ pointer: `${pointer}/id`, message: `${id} is a base of this server.`, hint: "Leave it out." }];
  if (server === undefined || !models.some((other) => other.id === server)) return [];
  const message = `${id} is served by ${server}, which is a model of the seed too, and has no weights.`;
  return [
    {
      pointer: `${pointer}/served_by`,
      message,
      hint: "Name ftpipe-nano, ftpipe-mini, or a model that is trained here.",
    },
  ];
}

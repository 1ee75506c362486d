import { packageFile } from "../../core/assets.ts";
import type { FileSystem } from "../../core/ports.ts";
import type { InitPlan, PlannedFile } from "./plan.ts";

/** The name that the starter's files have in the package. */
export const starterName = "deckhand";

const starterFiles: readonly Omit<PlannedFile, "text">[] = [
  { path: "pipelines/deckhand.yaml", what: "the pipeline: start reading here" },
  { path: "pipelines/data/deckhand.csv", what: "its rows" },
  { path: "templates/deckhand/system.hbs", what: "who the model is" },
  { path: "templates/deckhand/assistant.hbs", what: "what it learns to answer" },
  { path: "templates/deckhand/greeting.hbs", what: "a part of the answer" },
];

/** The starter pipeline under a name of the user's: files, folders and every mention of it. */
export async function planStarter(name: string, files: FileSystem): Promise<InitPlan> {
  const rename = (text: string) => text.replaceAll(starterName, () => name);
  const planned = starterFiles.map(async ({ path, what }) => ({
    path: rename(path),
    text: rename(await files.readText(packageFile(`assets/init/starter/${path}`))),
    what,
  }));
  return { name, files: await Promise.all(planned), findings: [], warnings: [] };
}

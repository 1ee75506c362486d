import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSession } from "../../src/compose.ts";
import { throwIfErrors } from "../../src/core/errors.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { checkTargets } from "../../src/stages/check-targets.ts";
import { localRequest } from "../../src/stages/local-request.ts";
import { targetOf } from "../../src/stages/select-target.ts";
import type { Call } from "./docs-blocks.ts";
import { createRig, type Result, type Rig, repository } from "./rig.ts";
import { ambient, startWatched } from "./watched.ts";

/** What makes a documented command fast: the smallest model, one pass, short answers. */
const fast = [
  "targets.local.model=ftpipe-nano",
  "targets.local.hyperparameters.n_epochs=1",
  "evaluation.defaults.max_tokens=4",
  "evaluation.gate=[]",
].flatMap((setting) => ["--set", setting]);

/** Runs a documented command; the fast settings come first, so that its own win. */
export function runCall(rig: Rig, { words, environment }: Call): Promise<Result> {
  const [command = "", ...rest] = words;
  const trains = ["run", "resume", "eval", "chat"].includes(command);
  return rig.ftpipe([command, ...(trains ? fast : []), ...rest], { environment });
}

/** A project with the example pipelines, fewer rows in each, and the reviewer trained once. */
export async function createExamples(): Promise<Rig> {
  const rig = createRig();
  for (const folder of ["pipelines", "templates", "schemas"]) {
    cpSync(join(repository, folder), join(rig.folder, folder), {
      recursive: true,
      filter: (path) => !/\.lock\.yaml$|\.ts$/.test(path),
    });
  }
  mkdirSync(join(rig.folder, ".git"));
  symlinkSync(join(repository, "node_modules"), join(rig.folder, "node_modules"));
  for (const name of ["products", "tickets"]) {
    const file = join(rig.folder, `pipelines/data/${name}.csv`);
    const [header = "", ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
    const kept = rows.filter((_row, index) => index % 4 === 0);
    writeFileSync(file, `${[header, ...kept].join("\n")}\n`);
  }
  cpSync(join(rig.folder, "pipelines/data/tickets.csv"), join(rig.folder, "tickets.csv"));
  const { code, stderr } = await runCall(rig, { words: ["run", "reviewer.yaml"], environment: {} });
  if (code !== 0) throw new Error(`the example can't be run:\n${stderr}`);
  return rig;
}

/** A copy of a project, trained models and all. */
export function copyOf({ folder }: Rig): Rig {
  const rig = createRig();
  cpSync(folder, rig.folder, { recursive: true, verbatimSymlinks: true });
  return rig;
}

/** All that `ftpipe check --target all` does, in this process. @throws FtpipeError with every problem. */
export async function checkPipeline(rig: Rig, file: string): Promise<void> {
  const session = await openSession({
    ports: nodePorts({}),
    workingDirectory: rig.folder,
    file: join(rig.folder, file),
    target: "all",
    takesAll: true,
    overrides: [],
    trains: false,
    reports: false,
  });
  try {
    const { targets } = session.world.pipeline;
    const worlds = Object.keys(targets).map((name) =>
      name === session.world.target.name ? session.world : session.worldOf(targetOf(targets, name)),
    );
    const request = localRequest(session, { until: "estimate" });
    throwIfErrors((await checkTargets(request, { worlds, decides: () => true })).problems);
  } finally {
    await session.close();
  }
}

/**
 * Runs a program in the project while `ftpipe serve` serves it, with the two variables that it prints.
 * @param call Of `ftpipe serve`, without a port. @param command The program and its words.
 */
export async function withServer(
  rig: Rig,
  call: Pick<Call, "words">,
  [program, ...words]: readonly [string, ...string[]],
): Promise<Result> {
  const server = rig.start([...call.words, "--port", "0"]);
  try {
    const shown = await server.until(/OPENAI_API_KEY=\S+\n/);
    const printed = Object.fromEntries([...shown.matchAll(/^(OPENAI_\w+)=(\S+)$/gm)].map((match) => match.slice(1, 3)));
    // The key that it prints is meant to be seen.
    const environment = { PATH: process.env["PATH"] ?? "", ...printed };
    return await startWatched(program, words, { cwd: rig.folder, environment, secrets: ambient }).ended;
  } finally {
    server.child.kill("SIGINT");
    await server.ended;
  }
}

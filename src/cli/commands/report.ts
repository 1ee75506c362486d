import { join } from "node:path";
import { pipelineId, type Session } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { htmlReport } from "../../report/html.ts";
import { markdownReport } from "../../report/markdown.ts";
import { type FoundEvidence, readEvidenceFile } from "../../run/evidence.ts";
import type { Lock, LockAttempt } from "../../run/lock.ts";
import { latestRun } from "../../run/run-log.ts";
import { evidenceDirectories, findEvidenceOf } from "../../stages/evidence.ts";
import { reportOfEvidence } from "../../stages/evidence-report.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given } = context;
  const session = await sessionFor(context, { trains: false });
  try {
    const model = given.text("model");
    if (model !== undefined) return await showAttempt(context, session, attemptOf(session.lock, model));
    return await showLatest(context, session);
  } finally {
    await session.close();
  }
}

/** The last run of this machine, else the last that the lock knows and whose evidence is here. */
async function showLatest(context: CommandContext, session: Session): Promise<number> {
  const { terminal, arguments: given, ports, workingDirectory } = context;
  const { loaded, target } = session.world;
  const named = given.text("target") === undefined ? {} : { target: target.name };
  const last = await latestRun(loaded.stateDirectory, ports.files, { pipeline: pipelineId(loaded), ...named });
  if (last === undefined) {
    const judged = session.lock.targets[target.name]?.attempts.findLast((attempt) => "evidence_sha256" in attempt);
    if (judged !== undefined) return showAttempt(context, session, judged);
    throw new FtpipeError("NOTHING_TO_SHOW", `There is no report of ${loaded.pipeline.name} on this machine.`, {
      hint: `Make one: ftpipe run ${loaded.displayFile} (or, without training: ftpipe eval ${loaded.displayFile})`,
    });
  }
  const page = displayPath(workingDirectory, join(last.directory, "report.html"));
  if (given.has("json")) {
    const results = JSON.parse(await ports.files.readText(join(last.directory, "results.json"))) as unknown;
    terminal.result(JSON.stringify({ ...last, report: page, results }, null, 2));
    return 0;
  }
  terminal.result((await ports.files.readText(join(last.directory, "report.md"))).trimEnd());
  terminal.note(`\nThe whole report: ${page}`);
  return 0;
}

/** @throws FtpipeError NOTHING_TO_SHOW */
function attemptOf({ targets }: Lock, model: string): LockAttempt {
  const judged = Object.values(targets).flatMap(({ attempts }) =>
    attempts.filter(({ ids, verdict }) => ids.model !== undefined && verdict !== undefined),
  );
  const attempt = judged.findLast(({ ids }) => ids.model === model);
  if (attempt !== undefined) return attempt;
  const known = judged.map(({ ids }) => ids.model).join(", ");
  throw new FtpipeError("NOTHING_TO_SHOW", `The lock knows of no judged model ${model}.`, {
    hint: known === "" ? "It knows of none." : `It knows ${known}.`,
  });
}

/** Makes the report again from the evidence that a run left, wherever it ran. */
async function showAttempt(context: CommandContext, { world }: Session, attempt: LockAttempt): Promise<number> {
  const { terminal, arguments: given, ports, workingDirectory } = context;
  const { loaded } = world;
  const found = await evidenceOf(context, loaded, attempt);
  const data = await reportOfEvidence(found, ports.files);
  const page = join(loaded.stateDirectory, "reports", `${(attempt.evidence_sha256 ?? "").slice(0, 16)}.html`);
  await ports.files.writeAtomic(page, htmlReport(data));
  const shown = displayPath(workingDirectory, page);
  if (given.has("json")) {
    const facts = {
      pipeline: found.index.file,
      target: found.index.target.name,
      model: attempt.ids.model,
      verdict: attempt.verdict,
      evidence: displayPath(workingDirectory, found.folder),
      report: shown,
    };
    const results = JSON.parse((await readEvidenceFile(found, "results.json", ports.files)) ?? "null") as unknown;
    terminal.result(JSON.stringify({ ...facts, results }, null, 2));
    return 0;
  }
  terminal.result(markdownReport(data).trimEnd());
  terminal.note(`\nThe whole report: ${shown}\nFrom the evidence in ${displayPath(workingDirectory, found.folder)}`);
  return 0;
}

/** @throws FtpipeError NOTHING_TO_SHOW if the bundle is not on this machine. */
async function evidenceOf(
  { ports, workingDirectory }: CommandContext,
  loaded: Session["world"]["loaded"],
  { evidence_sha256: key, ids }: LockAttempt,
): Promise<FoundEvidence> {
  const found = key === undefined ? undefined : await findEvidenceOf(loaded, key, ports.files);
  if (found !== undefined) return found;
  const folders = evidenceDirectories(loaded).map((folder) => displayPath(workingDirectory, folder));
  throw new FtpipeError("NOTHING_TO_SHOW", `The evidence of ${ids.model ?? "that model"} is not on this machine.`, {
    hint:
      key === undefined
        ? "An older version of ftpipe judged it, which left none."
        : `Put the folder ${key} into ${folders.join(" or ")}.`,
  });
}

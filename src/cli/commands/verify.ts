import { join } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { openCache } from "../../run/cache.ts";
import { wholeFileHashes } from "../../run/file-hashes.ts";
import type { LockTarget } from "../../run/lock.ts";
import {
  compareWithLock,
  firstChange,
  type VerifiedEvidence,
  type VerifiedFile,
  verifyEvidence,
} from "../../stages/verify.ts";
import type { CommandContext } from "../commands.ts";
import { runLocalStages, sessionFor } from "../pipeline-command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, ports } = context;
  const session = await sessionFor(context, { trains: false });
  const { lock } = session;
  const world = { ...session.world, fileHashes: wholeFileHashes(ports.files) };
  // A folder of its own: what the cache says is what is to be proved.
  const directory = join(world.loaded.stateDirectory, `verify-${Buffer.from(ports.random.bytes(6)).toString("hex")}`);
  try {
    const { attempt, model } = lockedAttempt(lock.targets[world.target.name], world.target.name);
    const fresh = { ...session, world, cache: openCache(directory, ports.files) };
    const { outputs } = (await runLocalStages(context, fresh)).result;
    const files = compareWithLock(attempt, outputs);
    const wrong = files.filter(({ locked, built }) => locked !== built);
    const evidence = await verifyEvidence(world, attempt);
    if (given.has("json")) terminal.result(JSON.stringify({ ok: wrong.length === 0, model, files, evidence }, null, 2));
    if (wrong.length > 0) throw mismatch(wrong, { files, model, cause: firstChange(attempt, outputs) });
    if (!given.has("json")) {
      const name = `${world.pipeline.name} → ${world.target.name}`;
      terminal.result(`${name}  ${files.length} files built again, all as the lock has them for ${model}.`);
      terminal.result(evidenceLine(evidence, context));
    }
    return 0;
  } finally {
    await ports.files.remove(directory);
    await session.close();
  }
}

function evidenceLine(evidence: VerifiedEvidence, { workingDirectory }: CommandContext): string {
  const shown = (path: string) => displayPath(workingDirectory, path);
  if (evidence.state === "none") return "No evidence: an older version of ftpipe judged this model.";
  if (evidence.state === "sound") return `Its evidence is whole: ${shown(evidence.folder)}`;
  return `Its evidence ${evidence.sha256.slice(0, 12)}… is not on this machine; looked in ${evidence.directories.map(shown).join(" and ")}.`;
}

/** That of the accepted model, else that of the candidate. @throws FtpipeError NOTHING_TO_SHOW */
function lockedAttempt(target: LockTarget | undefined, name: string) {
  const model = target?.accepted ?? target?.candidate;
  const attempt = target?.attempts.find(({ ids }) => ids.model === model);
  if (attempt === undefined || model === undefined) {
    throw new FtpipeError("NOTHING_TO_SHOW", `The lock holds no model of target ${name}.`, {
      hint: "Train one first: ftpipe run. Another target: --target",
    });
  }
  return { attempt, model };
}

function mismatch(
  wrong: readonly VerifiedFile[],
  { files, model, cause }: { files: readonly VerifiedFile[]; model: string; cause: string | undefined },
): FtpipeError {
  const names = wrong.map(({ stage, file }) => `${stage}/${file}`).join(", ");
  return new FtpipeError(
    "INPUT_CHANGED",
    `${wrong.length} of ${files.length} files have other bytes than the lock has for ${model}: ${names}.`,
    {
      hint:
        cause === undefined
          ? "What they are made from is as it was, so it is the version of ftpipe that differs."
          : `What has changed since: ${cause}. git shows what; \`ftpipe run\` trains on it as it is now.`,
    },
  );
}

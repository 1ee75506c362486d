/** Plays schedules of kills by hand: `npm run kill -- --seed 7`, or `--seeds 100`, and `--kind elsewhere`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildProgram } from "../program.ts";
import { type Outcome, playMany, playSchedule, type Reference, resumeElsewhere, undisturbed } from "./schedule.ts";

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "run" },
    seed: { type: "string" },
    seeds: { type: "string", default: "10" },
  },
});
const [program, remove] = await buildProgram();
const folder = mkdtempSync(join(tmpdir(), "ftpipe-reference-"));
try {
  const reference: Reference = await undisturbed(program, folder);
  const play = async (seed: number): Promise<Outcome> => {
    const outcome = await (values.kind === "elsewhere" ? resumeElsewhere : playSchedule)(seed, program, reference);
    const { kills, reruns, faults } = outcome;
    process.stdout.write(
      `${seed}: ${kills} kills, ${reruns} reruns${faults.map((fault) => `\n  ${fault}`).join("")}\n`,
    );
    return outcome;
  };
  const from = Number(values.seed ?? 1);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const { failed } = await playMany({ from, count }, play, values.kind);
  process.stdout.write(`${count - failed.length} of ${count} ended well\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  remove();
  rmSync(folder, { recursive: true, force: true });
}

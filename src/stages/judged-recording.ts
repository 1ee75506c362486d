import { originFile, readEvidenceFile } from "../run/evidence.ts";
import { type Recording, recordedKey } from "./baselines.ts";
import type { EvaluationFile } from "./evaluation-file.ts";
import { evidenceDirectories, soundEvidence } from "./evidence.ts";
import type { Predecessor, World } from "./world.ts";

/**
 * What a model answered when its own run judged it, out of the evidence of that run.
 * @returns Undefined if no sound bundle of it is on this machine.
 */
export async function judgedRecording(
  { loaded, ports: { files } }: Pick<World, "loaded" | "ports">,
  { model, evidence }: Pick<Predecessor, "model" | "evidence">,
): Promise<Recording | undefined> {
  if (evidence === undefined) return undefined;
  const found = await soundEvidence(evidenceDirectories(loaded), evidence, files);
  if (found === undefined) return undefined;
  const results = await readEvidenceFile(found, "results.json", files);
  const asked = found.index.stages["evaluate"]?.record.settings as Asked | undefined;
  if (results === undefined || asked === undefined) return undefined;
  const replies = new Map(
    (JSON.parse(results) as EvaluationFile).cases.flatMap(({ messages, tools, results: { tuned } }) =>
      tuned?.answer === undefined
        ? []
        : [
            [
              recordedKey({ messages, tools }, asked.sampling),
              { content: tuned.answer, finishReason: tuned.finish_reason ?? "" },
            ],
          ],
    ),
  );
  // Where it is no part of what is proved, results must not depend on it.
  const origin = await readEvidenceFile(found, originFile, files);
  return {
    displayPath: `the evidence ${evidence.slice(0, 12)}…`,
    model,
    recordedAt: origin === undefined ? undefined : (JSON.parse(origin) as { finished_at: string }).finished_at,
    askedWith: asked.sampling,
    sha256: evidence,
    answerTo: (key) => replies.get(key),
  };
}

/** Of the record of the evaluation. */
interface Asked {
  readonly sampling: Readonly<Record<string, unknown>>;
}

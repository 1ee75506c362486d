import { join } from "node:path";
import type { FileSystem } from "../core/ports.ts";
import type { ReportData } from "../report/data.ts";
import { type FoundEvidence, originFile, readEvidenceFile } from "../run/evidence.ts";
import type { EstimateValue } from "./estimate.ts";
import type { EvaluationFile } from "./evaluation-file.ts";
import type { GateValue } from "./gate.ts";
import type { SplitValue } from "./pass-outcomes.ts";
import { type ReportSubject, reportData, type TrainingStep } from "./report-data.ts";
import type { WaitValue } from "./wait.ts";

/**
 * What the report of a bundle's run shows, from the bundle alone.
 * @throws FtpipeError STATE_DAMAGED if a file of it has other bytes than the index says.
 */
export async function reportOfEvidence(found: FoundEvidence, files: FileSystem): Promise<ReportData> {
  const { index } = found;
  const text = async (name: string) => (await readEvidenceFile(found, name, files)) ?? "";
  const outputOf = (stage: string) => index.stages[stage]?.output;
  const origin = await originOfEvidence(found, files);
  return reportData({
    subject: {
      file: index.file,
      name: index.pipeline,
      description: origin.settings?.description,
      target: index.target.name,
      provider: index.target.provider,
      method: index.method,
      sampling: index.sampling as ReportSubject["sampling"],
    },
    split: {
      value: outputOf("split")?.value as SplitValue,
      files: outputOf("split")?.files ?? {},
    },
    estimate: outputOf("estimate")?.value as EstimateValue,
    wait: outputOf("wait")?.value as WaitValue,
    gate: outputOf("gate")?.value as GateValue,
    evaluation: JSON.parse(await text("results.json")) as EvaluationFile,
    steps: (await text("metrics.jsonl"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as TrainingStep),
    writtenAt: origin.finished_at?.slice(0, 19).concat("Z") ?? "at a time that is not recorded",
  });
}

interface ToldOrigin {
  readonly finished_at?: string;
  readonly settings?: { readonly description?: string };
}

/** Of a local run the origin is no part of what is proved, and may be missing. */
async function originOfEvidence(found: FoundEvidence, files: FileSystem): Promise<ToldOrigin> {
  const proved = await readEvidenceFile(found, originFile, files);
  if (proved !== undefined) return JSON.parse(proved) as ToldOrigin;
  const path = join(found.folder, originFile);
  if ((await files.stat(path)) === undefined) return {};
  return toldOrigin(await files.readText(path));
}

/** What anybody may have written: a time and a description, if it has them. */
function toldOrigin(text: string): ToldOrigin {
  const value = parsed(text);
  const { finished_at: at, settings } = value;
  const description = (settings as { description?: unknown } | undefined)?.description;
  return {
    ...(typeof at === "string" ? { finished_at: at } : {}),
    ...(typeof description === "string" ? { settings: { description } } : {}),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(JSON.parse(text) as Readonly<Record<string, unknown>> | null) };
  } catch {
    return {};
  }
}

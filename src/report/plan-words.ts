import { dollars, formatBytes, plural, thousands } from "../core/units.ts";
import { percent } from "./numbers.ts";
import type { PlanDocument, PlanSample } from "./plan-data.ts";

/** `+200 rows  −3  ~11 changed   0 moved between splits`; undefined if there is nothing to compare with. */
export function changesLine({ data: { changes } }: PlanDocument): string | undefined {
  if (changes === null) return undefined;
  const { exact, added, removed, changed, moved } = changes;
  if (exact && added + removed + changed + moved === 0) return "no row changed";
  const about = exact ? "" : "   (about: from a share of the rows)";
  return `+${plural(added, "row")}  −${thousands(removed)}  ~${thousands(changed)} changed   ${thousands(moved)} moved between splits${about}`;
}

/** `training 244 · validation 17 · test 18 examples from 157 rows` */
export function examplesLine({ data: { examples, rows } }: PlanDocument): string {
  const parts = Object.entries(examples).filter(([name, number]) => name === "training" || number > 0);
  return `${parts.map(([name, number]) => `${name} ${thousands(number)}`).join(" · ")} examples from ${plural(rows, "row")}`;
}

/** `dropped: 4 of 1,000 examples by max_tokens (0.4 %)` */
export function droppedLines({ data: { dropped } }: PlanDocument): readonly string[] {
  return dropped.map(
    ({ rule, examples, of }) =>
      `dropped: ${thousands(examples)} of ${plural(of, "example")} by ${rule} (${percent(examples / of)})`,
  );
}

/** What the data is compared with. */
export function beforeWords({ before, target }: PlanDocument): string {
  if (before === null) return "nothing trained yet";
  const at = before.revision === null ? "" : ` at ${before.revision}`;
  const on = before.target === target.name ? "" : ` on ${before.target}`;
  const rows = before.rows === null ? "" : `, ${plural(before.rows, "row")}`;
  return `last ${before.accepted ? "accepted" : "candidate"}${at}: ${before.model}${on}${rows}`;
}

/** What a stage has to do, in numbers. */
export function stageWork(name: string, plan: PlanDocument): string {
  const { creates, training, tokens, evaluation } = plan;
  if (name === "upload" && creates !== null && creates.files.length > 0) {
    const bytes = creates.files.reduce((sum, file) => sum + file.bytes, 0);
    return `${plural(creates.files.length, "file")}, ${formatBytes(bytes)}`;
  }
  if (name === "train" && training !== null) {
    const { exact } = tokens;
    return `${plural(training.epochs, "epoch")}${training.epochs_given ? "" : " (auto)"} × ${exact ? "" : "about "}${plural(tokens.training, "token")}`;
  }
  if (name === "evaluate") return `${plural(evaluation.cases, "case")} × ${evaluation.models.join(", ")}`;
  return "";
}

/** What a stage costs; empty for one that costs nothing. */
export function stagePrice(name: string, { cost, target, stages }: PlanDocument): string {
  if (!target.paid || stages.find((stage) => stage.name === name)?.action !== "run") return "";
  if (name === "train") {
    return cost.training_usd === null
      ? "price unknown"
      : `about ${dollars(cost.training_usd)} (price of ${cost.price?.date})`;
  }
  if (name === "evaluate")
    return cost.evaluation_usd === null ? "price unknown" : `at most ${dollars(cost.evaluation_usd)}`;
  return "";
}

/** `about $3.70, limit $10.00 (limits.max_cost)` */
export function totalLine({ cost, target }: PlanDocument): string {
  const limit = cost.limit === null ? "" : `, limit ${dollars(cost.limit.usd)} (${cost.limit.from})`;
  if (!target.paid) return `free${limit}`;
  if (cost.usd === null) return `price unknown${limit}`;
  return `${cost.usd === 0 ? "nothing" : `about ${dollars(cost.usd)}`}${limit}`;
}

/** `supervised, n_epochs 3, seed 7, suffix reviewer` */
export function trainingLine({ training }: PlanDocument): string | undefined {
  if (training === null) return undefined;
  const { method, hyperparameters, seed, suffix, attempt } = training;
  return [
    method,
    ...Object.entries(hyperparameters).map(([name, value]) => `${name} ${value}`),
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(suffix === null ? [] : [`suffix ${suffix}`]),
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
  ].join(", ");
}

export function isIdle({ stages }: PlanDocument): boolean {
  return stages.every(({ action, name }) => action !== "run" || localStages.has(name));
}

/** Free stages: those that read the rows and count. */
const localStages: ReadonlySet<string> = new Set(["source", "dataset", "checks", "split", "estimate"]);

export const changeMarks: Readonly<Record<PlanSample["change"], string>> = {
  added: "+",
  removed: "−",
  changed: "~",
  moved: "→",
};

/** Why a changed row is shown without what it was. */
export function missingBefore({ change, before }: PlanSample): string {
  return before === null && (change === "changed" || change === "moved") ? "its old text is not on this machine" : "";
}

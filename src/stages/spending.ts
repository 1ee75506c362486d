import { FtpipeError } from "../core/errors.ts";
import type { PlannedStage } from "../run/plan.ts";
import type { EstimateValue } from "./estimate.ts";
import type { World } from "./world.ts";

/** What a run is about to buy. */
export interface Spending {
  /** The training job; undefined if none is started. */
  readonly training?: { readonly tokens: number; readonly epochs: number };
  /** Questions to the models; undefined if none are asked. */
  readonly evaluation?: { readonly questions: number };
  /** US dollars in all, at most; null if a price is not known. */
  readonly usd: number | null;
  /** Where the price is from, and of which day. */
  readonly price: string;
}

/** Undefined if it costs nothing. */
export function spendingOf(world: World, estimate: EstimateValue, plan: readonly PlannedStage[]): Spending | undefined {
  if (!world.target.capabilities.paid) return undefined;
  const runs = (name: string) => plan.some((stage) => stage.name === name && stage.action === "run");
  const [trains, asks] = [runs("upload") || runs("train"), runs("evaluate")];
  if (!trains && !asks) return undefined;
  const { price, evaluation, tokens, epochs } = estimate;
  const parts = [...(trains ? [price?.usd ?? null] : []), ...(asks ? [evaluation.usd] : [])];
  const usd = parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null;
  return {
    ...(trains ? { training: { tokens: tokens.training, epochs } } : {}),
    ...(asks ? { evaluation: { questions: evaluation.questions } } : {}),
    usd,
    price: price === null ? "" : `price of ${price.date}: ${price.source}`,
  };
}

/** @throws FtpipeError COST_LIMIT if the price is above the limit, or not known. @param limit US dollars. */
export function keepToLimit({ usd }: Spending, limit: number, { target }: World): void {
  if (usd === null) {
    throw new FtpipeError(
      "COST_LIMIT",
      `The price of ${target.settings.model} is not known, so --max-cost can't be kept.`,
      {
        hint: "Run without --max-cost after looking up the price.",
      },
    );
  }
  if (usd <= limit) return;
  throw new FtpipeError("COST_LIMIT", `This would cost about $${usd.toFixed(2)}, more than --max-cost ${limit}.`, {
    hint: "Fewer rows, fewer epochs, a smaller model, or a higher limit.",
  });
}

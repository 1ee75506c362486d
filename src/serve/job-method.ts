import type { DpoHyperparameters, Hyperparameters } from "../engine/engine.ts";
import type { JobObject, WireMethod } from "./wire.ts";

/** How a job shall train; what is not given is `auto`. */
export type JobMethod =
  | { readonly method?: "supervised"; readonly hyperparameters: Partial<Hyperparameters> }
  | { readonly method: "dpo"; readonly hyperparameters: Partial<DpoHyperparameters> };

const auto = { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" } as const;

/** The places of a job that show its method; the older, top-level one is of supervised training only. */
export function methodFields(job: JobMethod): Pick<JobObject, "hyperparameters" | "method"> {
  if (job.method === "dpo") {
    const hyperparameters = { ...auto, beta: "auto" as const, ...job.hyperparameters };
    return { hyperparameters: null, method: { type: "dpo", dpo: { hyperparameters } } };
  }
  const hyperparameters = { ...auto, ...job.hyperparameters };
  return { hyperparameters, method: { type: "supervised", supervised: { hyperparameters } } };
}

/** What `methodFields` was given. */
export function methodOf(wire: WireMethod): JobMethod {
  return wire.type === "dpo"
    ? { method: "dpo", hyperparameters: withoutAuto(wire.dpo.hyperparameters) }
    : { method: "supervised", hyperparameters: withoutAuto(wire.supervised.hyperparameters) };
}

function withoutAuto<Name extends string>(settings: { readonly [name in Name]: number | "auto" }) {
  const numbers = Object.entries<number | "auto">(settings).filter(([, value]) => value !== "auto");
  // The keys are those of the settings.
  return Object.fromEntries(numbers) as { readonly [name in Name]?: number };
}

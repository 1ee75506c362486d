import type { LoadedPipeline } from "../config/loaded.ts";
import type { Lock } from "../run/lock.ts";
import { targetOf } from "../stages/select-target.ts";
import type { Predecessor, SelectedTarget } from "../stages/world.ts";

interface Predecessors {
  readonly lock: Lock;
  readonly loaded: LoadedPipeline;
  readonly target: SelectedTarget;
}

/**
 * The accepted model, of this target before others; one of the built-in engine counts for its own runs only. A
 * model that was judged keeps the predecessor that it was judged against.
 */
export function predecessorOf(tuned: string, predecessors: Predecessors): Predecessor | undefined {
  const found = predecessorIn(tuned, predecessors);
  if (found === undefined) return undefined;
  const attempts = Object.values(predecessors.lock.targets).flatMap(({ attempts }) => attempts);
  return { ...found, evidence: attempts.findLast(({ ids }) => ids.model === found.model)?.evidence_sha256 };
}

function predecessorIn(tuned: string, { lock, loaded, target }: Predecessors): Predecessor | undefined {
  const { targets } = loaded.pipeline;
  const homes = Object.entries(lock.targets)
    .filter(([name]) => name in targets)
    .map(([name, section]) => ({ section, target: targetOf(targets, name) }))
    .filter((home) => home.target.provider.name !== "local" || target.provider.name === "local");
  const judged = lock.targets[target.name]?.attempts.find(({ ids }) => ids.model === tuned)?.stages["evaluate"];
  const subjects = (judged?.record.settings as { subjects?: { previous?: string } } | undefined)?.subjects;
  if (subjects?.previous !== undefined) {
    const model = subjects.previous;
    const home = homes.find(
      ({ section }) => section.accepted === model || section.attempts.some(({ ids }) => ids.model === model),
    );
    return { model, target: home?.target ?? target };
  }
  const accepted = homes.flatMap(({ section, target: home }) =>
    section.accepted === undefined || section.accepted === tuned ? [] : [{ model: section.accepted, target: home }],
  );
  const own = accepted.find((found) => found.target.name === target.name);
  // A model that became the accepted one without a predecessor does not get one from another target afterwards.
  return own ?? (judged === undefined ? accepted[0] : undefined);
}

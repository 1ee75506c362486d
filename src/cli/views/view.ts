import type { Emit, RunEvent } from "../../run/events.ts";

/** Shows a run while it goes on. */
export interface RunView {
  readonly emit: Emit;
  /** Leaves the screen to a question; shows on at the next event. */
  readonly pause: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/** The column of stage names. */
export const nameWidth = 10;

export interface StageGroup {
  readonly names: readonly string[];
}

/**
 * Holds a view back until something really happens: a run that finds everything unchanged then says so in one
 * line, and nothing else has to be read.
 */
export function quietUntilBusy(view: RunView): RunView {
  let held: RunEvent[] | undefined = [];
  const release = () => {
    for (const event of held ?? []) view.emit(event);
    held = undefined;
  };
  const isWork = (event: RunEvent) =>
    event.type === "stage_progress" ||
    event.type === "stage_failed" ||
    (event.type === "stage_finished" && event.action === "ran");
  return {
    emit: (event) => {
      if (held === undefined) return view.emit(event);
      held.push(event);
      if (isWork(event)) release();
    },
    pause: async () => {
      release();
      await view.pause();
    },
    end: async () => {
      if (held === undefined) await view.end();
    },
  };
}

export function duration(milliseconds: number): string {
  if (milliseconds < 950) return `${Math.max(0.1, milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

import { formatLocation } from "../../core/location.ts";
import { printable, type Terminal } from "../terminal.ts";
import { duration, type RunView } from "./view.ts";

/** Live progress is repeated in a log at most this often, milliseconds. */
const progressEveryMs = 5_000;

export interface LineOptions {
  /** Such as `reviewer → local`. */
  readonly title: string;
  /** Also why each remote stage runs or does not. */
  readonly verbose: boolean;
}

/** One line a fact, nothing redrawn: for CI and for pipes. */
export function lineView({ title, verbose }: LineOptions, terminal: Pick<Terminal, "note">): RunView {
  let lastProgress = Number.NEGATIVE_INFINITY;
  const line = (stage: string, text: string) => terminal.note(printable(`[${title}] ${stage}: ${text}`));
  return {
    emit: (event) => {
      switch (event.type) {
        case "stage_progress": {
          const now = performance.now();
          if (!event.keep && now - lastProgress < progressEveryMs) return;
          if (!event.keep) lastProgress = now;
          line(event.stage, event.message);
          return;
        }
        case "stage_finished": {
          const time =
            event.action === "reused"
              ? "unchanged"
              : event.action === "skipped"
                ? "skipped"
                : duration(event.milliseconds);
          line(event.stage, `${[event.text, event.note].filter(Boolean).join(", ")} (${time})`);
          return;
        }
        case "warning": {
          const { message, location } = event.problem;
          line(
            event.stage ?? "warning",
            `warning: ${message}${location === undefined ? "" : ` (${formatLocation(location)})`}`,
          );
          return;
        }
        case "stage_failed":
          line(event.stage, `failed: ${event.code}`);
          return;
        case "planned":
          for (const { name, action, because } of verbose ? event.stages : []) line(name, `${action}, ${because}`);
          return;
        case "run_started":
        case "run_finished":
        case "stage_started":
          return;
        default: {
          const unknown: never = event;
          throw new Error(`unknown event ${JSON.stringify(unknown)}`);
        }
      }
    },
    pause: async () => {},
    end: async () => {},
  };
}

/** Every event as one line of JSON on stdout. */
export function jsonView(terminal: Pick<Terminal, "result">): RunView {
  return {
    emit: (event) => terminal.result(JSON.stringify(event)),
    pause: async () => {},
    end: async () => {},
  };
}

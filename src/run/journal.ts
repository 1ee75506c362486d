import { FtpipeError } from "../core/errors.ts";
import type { Clock, FileSystem } from "../core/ports.ts";

/** What is about to be created at a provider. */
export interface Intent {
  readonly kind: "file" | "job";
  /** What tells it from others: a job's fingerprint, a file's sha256. */
  readonly fingerprint: string;
  readonly target: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Entry =
  | ({ readonly type: "intent" } & Intent)
  | {
      readonly type: "created" | "adopted" | "refused";
      readonly kind: Intent["kind"];
      readonly fingerprint: string;
      readonly target: string;
      readonly id?: string;
      readonly at: number;
    };

/**
 * `.ftpipe/journal.jsonl`: an intent is on disk before the request leaves, so that a crash in between is
 * known to the next run.
 */
export interface Journal {
  /** Fsynced when it resolves. */
  readonly intend: (intent: Omit<Intent, "at">) => Promise<void>;
  readonly settle: (
    outcome: Omit<Intent, "at"> & { readonly type: "created" | "adopted" | "refused"; readonly id?: string },
  ) => Promise<void>;
  /** The latest intent of which nobody knows what became; undefined if there is none. */
  readonly open: (kind: Intent["kind"], fingerprint: string, target: string) => Promise<Intent | undefined>;
}

export function openJournal(path: string, files: FileSystem, clock: Clock): Journal {
  const append = (entry: Entry) => files.appendDurable(path, JSON.stringify(entry));
  return {
    intend: (intent) => append({ type: "intent", ...intent, at: clock.now() }),
    settle: (outcome) => append({ ...outcome, at: clock.now() }),
    open: async (kind, fingerprint, target) => {
      let open: Intent | undefined;
      for (const entry of await readEntries(path, files)) {
        if (entry.kind !== kind || entry.fingerprint !== fingerprint || entry.target !== target) continue;
        open = entry.type === "intent" ? entry : undefined;
      }
      return open;
    },
  };
}

async function readEntries(path: string, files: FileSystem): Promise<readonly Entry[]> {
  if ((await files.stat(path)) === undefined) return [];
  const lines = (await files.readText(path)).split("\n");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as Entry];
    } catch (cause) {
      // Only the last line can be torn, by a crash in mid-write: its request never left.
      if (index >= lines.length - 2) return [];
      throw new FtpipeError("STATE_DAMAGED", `The journal is damaged at line ${index + 1}.`, {
        hint: "Repair the line by hand, or remove it if you know that no job of it exists.",
        location: { file: path, line: index + 1 },
        cause,
      });
    }
  });
}

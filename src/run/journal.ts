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
  /** The id that was created or adopted last for it, should the provider's list not show it yet. */
  readonly known: (kind: Intent["kind"], fingerprint: string, target: string) => Promise<string | undefined>;
}

export function openJournal(path: string, files: FileSystem, clock: Clock): Journal {
  // The line break comes first, so that an entry cut short by a full disk or a crash spoils no other.
  const append = (entry: Entry) => files.appendDurable(path, `\n${JSON.stringify(entry)}`);
  const entriesOf = async (...[kind, fingerprint, target]: Parameters<Journal["open"]>) =>
    (await readEntries(path, files)).filter(
      (entry) => entry.kind === kind && entry.fingerprint === fingerprint && entry.target === target,
    );
  return {
    intend: (intent) => append({ type: "intent", ...intent, at: clock.now() }),
    settle: (outcome) => append({ ...outcome, at: clock.now() }),
    open: async (...what) => {
      const last = (await entriesOf(...what)).at(-1);
      return last?.type === "intent" ? last : undefined;
    },
    known: async (...what) => {
      const made = (await entriesOf(...what)).findLast(({ type }) => type === "created" || type === "adopted");
      return made !== undefined && "id" in made ? made.id : undefined;
    },
  };
}

/**
 * Creates something at a provider, at most once: the intent is on disk before the request, and closed by an
 * answer that says what became of it. A lost answer leaves it open for the next run.
 * @throws what `create` throws; FtpipeError FILE_UNWRITABLE naming what was created but could not be written down.
 */
export async function createOnce<Created extends { readonly id: string }>(
  journal: Journal,
  intent: Omit<Intent, "at">,
  create: () => Promise<Created>,
): Promise<Created> {
  await journal.intend(intent);
  let created: Created;
  try {
    created = await create();
  } catch (error) {
    const refused = error instanceof FtpipeError && error.code !== "CREATE_AMBIGUOUS";
    if (refused) await journal.settle({ type: "refused", ...intent });
    throw error;
  }
  try {
    await journal.settle({ type: "created", ...intent, id: created.id });
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    throw new FtpipeError(error.code, `The ${intent.kind} ${created.id} was created. ${error.message}`, {
      hint: "Mend the disk, then run the same command again: it finds what was created and creates nothing twice.",
      location: error.location,
      cause: error,
    });
  }
  return created;
}

async function readEntries(path: string, files: FileSystem): Promise<readonly Entry[]> {
  if ((await files.stat(path)) === undefined) return [];
  const lines = (await files.readText(path)).split("\n");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as Entry];
    } catch (cause) {
      // An entry that was cut short has no end. It was never acknowledged: its request never left.
      if (!line.endsWith("}")) return [];
      throw new FtpipeError("STATE_DAMAGED", `The journal is damaged at line ${index + 1}.`, {
        hint: "Repair the line by hand, or remove it if you know that no job of it exists.",
        location: { file: path, line: index + 1 },
        cause,
      });
    }
  });
}

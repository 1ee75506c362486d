import type { MessageText } from "../../core/chat.ts";
import type { Detector, Finding } from "./detector.ts";
import { allDetectors } from "./index.ts";

export type PrivacyAction = "block" | "warn" | "redact" | "off";

export interface PrivacySettings {
  readonly secrets: PrivacyAction;
  readonly personal: PrivacyAction;
}

/** A finding in a message, and what the pipeline wants done. */
export interface MessageFinding extends Finding {
  readonly kind: Detector["kind"];
  readonly action: Exclude<PrivacyAction, "off">;
  /** From 0. */
  readonly message: number;
}

/** Looks for secrets and personal data. */
export interface PrivacyGuard {
  /** In the order of the messages and of their text. */
  examine(messages: readonly MessageText[]): readonly MessageFinding[] | Promise<readonly MessageFinding[]>;
  /** Whether messages in a line of JSON could have something to find. Right only if false. @param line UTF-8. */
  suspects(line: Uint8Array): boolean;
  /** A text with all in it replaced that is to be redacted. */
  redact(text: string): string | Promise<string>;
}

type Scanned = readonly Omit<MessageFinding, "message">[];

export function createPrivacyGuard(settings: PrivacySettings): PrivacyGuard {
  const active = allDetectors.flatMap((detector) => {
    const action = settings[detector.kind];
    return action === "off" ? [] : [{ detector, action }];
  });
  const scan = (text: string): Scanned | Promise<Scanned> => {
    const found = active.map(({ detector }) => detector.find(text));
    const combine = (lists: readonly (readonly Finding[])[]): Scanned =>
      withoutOverlaps(
        lists.flatMap((list, index) => {
          const { detector, action } = active[index] as (typeof active)[number];
          return list.map((finding) => ({ ...finding, kind: detector.kind, action }));
        }),
      );
    return found.some((list) => list instanceof Promise)
      ? Promise.all(found).then(combine)
      : combine(found as readonly (readonly Finding[])[]);
  };
  // A message that stays the same from example to example, as system messages do, is looked at once.
  const last: { readonly text: string; readonly found: Scanned | Promise<Scanned> }[] = [];
  const scanAt = (text: string, place: number): Scanned | Promise<Scanned> => {
    const known = last[place];
    if (known?.text === text) return known.found;
    const found = scan(text);
    last[place] = { text, found };
    return found;
  };
  const placed = (lists: readonly Scanned[]): readonly MessageFinding[] =>
    lists.flatMap((list, message) => list.map((finding) => ({ ...finding, message })));
  return {
    examine(messages) {
      if (active.length === 0) return [];
      const lists = messages.map(({ content }, index) => scanAt(content, index));
      return lists.some((list) => list instanceof Promise)
        ? Promise.all(lists).then(placed)
        : placed(lists as readonly Scanned[]);
    },
    suspects: (line) => active.some(({ detector }) => detector.suspects(line)),
    redact(text) {
      const found = scan(text);
      return found instanceof Promise ? found.then((list) => replaced(text, list)) : replaced(text, found);
    },
  };
}

/** In the order of the text; of two that overlap, the one that begins first, else the longer one. */
function withoutOverlaps<Item extends Finding>(findings: readonly Item[]): readonly Item[] {
  const sorted = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return sorted.filter((finding) => {
    if (finding.start < end) return false;
    end = finding.end;
    return true;
  });
}

function replaced(text: string, findings: Scanned): string {
  let result = "";
  let done = 0;
  for (const { start, end, placeholder, action } of findings) {
    if (action !== "redact") continue;
    result += text.slice(done, start) + placeholder;
    done = end;
  }
  return result + text.slice(done);
}

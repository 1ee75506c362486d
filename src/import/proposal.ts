import type { Row } from "../sources/source.ts";
import { columnName } from "./column-name.ts";
import { templateOf } from "./literal.ts";
import { findSkeleton, isShape, type Skeleton, valuesOf } from "./skeleton.ts";

/** A message of every example. */
export interface TemplateMessage {
  readonly role: string;
  readonly template: string;
}

/** Templates and rows that yield every example to the letter, in their order. */
export interface Templates {
  readonly messages: readonly TemplateMessage[];
  readonly columns: readonly string[];
  /** Columns in which some row has nothing. */
  readonly emptyColumns: readonly string[];
  readonly training: readonly (readonly string[])[];
  readonly validation: readonly (readonly string[])[];
}

export type Proposal =
  | { readonly templates: Templates }
  | {
      /** Why the lines stay as they are. */
      readonly because: string;
      /** A template that some of the lines are of, and the share of them, above 0 and below 1. */
      readonly nearly?: { readonly template: string; readonly share: number } | undefined;
    };

export type PlainMessage = Readonly<{ role: string; content: string }>;

/** The messages of a line that holds texts and nothing else; else what it holds. */
export function plainMessages({ values }: Row): readonly PlainMessage[] | { readonly holds: string } {
  const other = Object.keys(values).find((key) => key !== "messages");
  if (other !== undefined) return { holds: other };
  for (const message of values["messages"] as readonly unknown[]) {
    if (typeof message !== "object" || message === null) return { holds: "a message that is none" };
    const { role, content, ...more } = message as Readonly<Record<string, unknown>>;
    const [first] = Object.keys(more);
    if (first !== undefined) return { holds: first };
    if (typeof content !== "string") return { holds: "content that is no text" };
    if (!["system", "user", "assistant"].includes(String(role))) return { holds: `the role ${String(role)}` };
    if (content === "" || !content.isWellFormed()) return { holds: "an empty or broken text" };
  }
  return values["messages"] as readonly PlainMessage[];
}

/** At least so much of the data must be of one shape for it to be worth telling. */
const leastShare = 0.5;

/**
 * Finds the templates behind the lines of a training file and, if there is one, of its validation file: the system
 * message that all have, what their questions have in common, and a column for all that differs.
 */
export function proposeTemplates(training: readonly Row[], validation: readonly Row[]): Proposal {
  const chats: (readonly PlainMessage[])[] = [];
  for (const row of [...training, ...validation]) {
    const messages = plainMessages(row);
    if ("holds" in messages) return { because: `lines hold ${messages.holds}, which stays as it is` };
    chats.push(messages);
  }
  const [first = []] = chats;
  if (first.at(-1)?.role !== "assistant") return { because: "lines do not end with the assistant" };
  const texts = chats.slice(0, training.length).map((messages) => JSON.stringify(messages));
  if (new Set(texts).size < texts.length) return { because: "some lines say the same" };
  const sameRoles = chats.every((messages) => rolesOf(messages) === rolesOf(first));
  const skeletons = sameRoles ? slots(chats) : undefined;
  if (skeletons === undefined || !isWorthIt(first, skeletons)) {
    const nearly = nearestShape(chats);
    return { because: nearly === undefined ? "lines have no shape in common" : "not all lines have one shape", nearly };
  }
  return { templates: fill(chats, training.length, skeletons) };
}

const rolesOf = (messages: readonly PlainMessage[]): string => messages.map(({ role }) => role).join(" ");

/** What the messages at each place have in common. Answers are learnt as they are, so theirs is a column. */
function slots(chats: readonly (readonly PlainMessage[])[]): readonly Skeleton[] {
  return (chats[0] ?? []).map(({ role }, place) => {
    if (role === "assistant") return { literals: ["", ""] };
    const skeleton = findSkeleton(chats.map((messages) => messages[place]?.content ?? ""));
    return isShape(skeleton) ? skeleton : { literals: ["", ""] };
  });
}

/** Whether templates say something that the lines do not: a system message, or words of the questions. */
function isWorthIt(roles: readonly PlainMessage[], skeletons: readonly Skeleton[]): boolean {
  const whole = ({ literals }: Skeleton) => literals.length === 2 && literals.every((literal) => literal === "");
  // A system message that differs from line to line is no text that people would keep in a template.
  if (roles.some(({ role }, place) => role === "system" && whole(skeletons[place] as Skeleton))) return false;
  return roles.some(({ role }, place) => role !== "assistant" && !whole(skeletons[place] as Skeleton));
}

function fill(
  chats: readonly (readonly PlainMessage[])[],
  trainingRows: number,
  skeletons: readonly Skeleton[],
): Templates {
  const used = new Set<string>();
  const columns: string[] = [];
  const messages = skeletons.map((skeleton, place) => {
    const role = chats[0]?.[place]?.role ?? "";
    const whole = role === "assistant" ? "answer" : role === "user" ? "question" : role;
    const own = skeleton.literals.slice(0, -1).map((literal) => {
      const name = columnName(literal, whole, used);
      used.add(name);
      return name;
    });
    columns.push(...own);
    return { role, template: templateOf(skeleton.literals, own) };
  });
  const rows = chats.map((chat) =>
    skeletons.flatMap((skeleton, place) => {
      const values = valuesOf(skeleton, chat[place]?.content ?? "");
      if (values === undefined) throw new Error("a text has not the shape that was found in it");
      return values;
    }),
  );
  const emptyColumns = columns.filter((_column, index) => rows.some((row) => row[index]?.trim() === ""));
  return {
    messages,
    columns,
    emptyColumns,
    training: rows.slice(0, trainingRows),
    validation: rows.slice(trainingRows),
  };
}

/** The template of most questions, if it is one of at least half of the lines. */
function nearestShape(chats: readonly (readonly PlainMessage[])[]) {
  const questions = chats.map((messages) => messages.find(({ role }) => role === "user")?.content ?? "");
  const byStart = Map.groupBy(questions, (question) => question.split(/\s+/, 2).join(" "));
  const largest = [...byStart.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  if (largest.length < 2 || largest.length < leastShare * chats.length) return undefined;
  const skeleton = findSkeleton(largest);
  if (skeleton.literals.length < 2 || !isShape(skeleton)) return undefined;
  const share = questions.filter((question) => valuesOf(skeleton, question) !== undefined).length / questions.length;
  const used = new Set<string>();
  const names = skeleton.literals.slice(0, -1).map((literal) => {
    const name = columnName(literal, "question", used);
    used.add(name);
    return name;
  });
  return share < 1 ? { template: templateOf(skeleton.literals, names), share } : undefined;
}

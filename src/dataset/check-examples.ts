import { type MessageText, messageTexts, type ResponseFormat } from "../core/chat.ts";
import { type Problem, problem } from "../core/errors.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { type ProblemList, problemList } from "../core/problem-list.ts";
import { answerJudge } from "./answer-form.ts";
import { type ActiveRule, createJudge, limitProblem } from "./apply-rules.ts";
import type { Example, ExampleContent } from "./example.ts";
import { formatJudge, rejectedFault } from "./format.ts";
import type { FormatFault } from "./format-fault.ts";
import type { ImageFiles, LoadedImages } from "./image-files.ts";
import { itemFault, itemTexts } from "./item.ts";
import { isTie } from "./preference.ts";
import { createPrivacyGuard, type MessageFinding, type PrivacyGuard, type PrivacySettings } from "./privacy/guard.ts";
import { redactExample } from "./privacy/redact.ts";
import { placeBook } from "./seen.ts";

/** Judges examples one after another, in their order. */
export interface ExampleChecker {
  /** @returns The example as it is kept, perhaps redacted; undefined if it is dropped or refused. */
  check(example: Example): Example | undefined | Promise<Example | undefined>;
  /** What was found, once all were judged. */
  end(): CheckedExamples;
}

export interface CheckedExamples {
  readonly problems: readonly Problem[];
  readonly warnings: ProblemList;
  /** Those that are kept. */
  readonly examples: number;
  readonly dropped: readonly { readonly rule: string; readonly examples: number }[];
  /** In how many something was replaced. */
  readonly redacted: number;
}

export interface CheckSettings {
  readonly rules: readonly ActiveRule[];
  readonly privacy: PrivacySettings;
  /** Whether examples are ready-made: no template and no cell is at fault. */
  readonly ready: boolean;
  readonly locate: (file: string, line: number) => Location;
  /** Reads the images that messages name by their file. */
  readonly images?: ImageFiles | undefined;
  /** The form that the answers must have. */
  readonly answerForm?: ResponseFormat | undefined;
}

/** The API's format, nothing empty, secrets and personal data, the pipeline's rules. */
export function exampleChecker({ rules, privacy, ready, locate, images, answerForm }: CheckSettings): ExampleChecker {
  const broken = new Map<ActiveRule, number>();
  const problems = problemList();
  const warnings = problemList();
  const places = placeBook();
  const formatFault = formatJudge();
  const formFault = answerForm === undefined ? undefined : answerJudge(answerForm);
  const guard = createPrivacyGuard(privacy);
  const isGuarded = Object.values(privacy).some((action) => action !== "off");
  const judge = createJudge(rules, (place) => {
    const { file, line } = places.at(place);
    return formatLocation(locate(file, line));
  });
  let total = 0;
  let examples = 0;
  let redacted = 0;

  const judged = (example: Example): Example | undefined => {
    if (rules.length > 0) {
      const place = places.add(example.file, example.line);
      const { faults, drop } = judge.judge(example.content, place);
      for (const { rule, message } of faults) {
        broken.set(rule, (broken.get(rule) ?? 0) + 1);
        if (rule.action === "drop") continue;
        const told = ruleProblem(rule, message, locate(example.file, example.line));
        (rule.action === "error" ? problems : warnings).add(told, `rule ${rules.indexOf(rule)}`);
      }
      if (drop) return undefined;
    }
    examples++;
    return example;
  };
  const faultOf = ({ content }: Example): FormatFault | undefined => {
    const { rejected, item } = content;
    if (item !== undefined) return itemFault(content.messages, formatFault);
    return (
      formatFault(content) ?? (rejected === undefined ? undefined : rejectedFault(rejected)) ?? formFault?.(content)
    );
  };
  const guarded = async (
    example: Example,
    examined: ReturnType<PrivacyGuard["examine"]>,
  ): Promise<Example | undefined> => {
    const findings = await examined;
    for (const finding of findings) {
      if (finding.action === "redact") continue;
      const told = privacyProblem(finding, example, locate(example.file, example.line));
      (finding.action === "block" ? problems : warnings).add(told, `privacy ${finding.what}`);
    }
    if (!findings.some(({ action }) => action === "redact")) return judged(example);
    redacted++;
    const clean = await redactExample(example, guard);
    const location = locate(example.file, example.line);
    const fault = faultOf(clean);
    if (fault === undefined && !isTie(clean.content)) return judged(clean);
    problems.add(fault === undefined ? redactedTie(location) : redactedFault(fault, location));
    return undefined;
  };
  const refuse = (fault: FormatFault, { file, line }: Example): undefined => {
    const hint = fault.code === "EXAMPLE_EMPTY" && !ready ? "Fill the cells that its template prints." : fault.hint;
    problems.add(problem("error", fault.code, fault.message, { hint, location: locate(file, line) }));
  };
  const looked = (example: Example): ReturnType<ExampleChecker["check"]> => {
    const fault = faultOf(example);
    if (fault !== undefined) return refuse(fault, example);
    const { written } = example.content;
    if (!isGuarded || (written !== undefined && !guard.suspects(written.line))) return judged(example);
    const examined = guard.examine(textsOf(example.content));
    if (!(examined instanceof Promise) && examined.length === 0) return judged(example);
    return guarded(example, examined);
  };
  const lookedWith = (example: Example, loaded: LoadedImages): ReturnType<ExampleChecker["check"]> =>
    "fault" in loaded
      ? refuse(loaded.fault, example)
      : looked({ ...example, content: { ...example.content, messages: loaded.messages } });
  return {
    check(example) {
      total++;
      const { content } = example;
      const loading = content.written === undefined ? images?.load(content.messages) : undefined; // else texts alone
      return loading === undefined ? looked(example) : loading.then((loaded) => lookedWith(example, loaded));
    },
    end() {
      for (const { rule, message } of judge.end()) {
        broken.set(rule, (broken.get(rule) ?? 0) + 1);
        (rule.action === "error" ? problems : warnings).add(setProblem(rule, message));
      }
      const limits = rules.flatMap((rule) => limitProblem(rule, broken.get(rule) ?? 0, total) ?? []);
      const dropped = rules.flatMap((rule) =>
        rule.action === "drop" && broken.has(rule) ? [{ rule: rule.type, examples: broken.get(rule) ?? 0 }] : [],
      );
      return { problems: [...problems.all(), ...limits], warnings, examples, dropped, redacted };
    },
  };
}

/** All that is sent of an example: its messages, the rejected answer of a preference, an item's fields, what may be called. */
function textsOf(example: ExampleContent): readonly MessageText[] {
  const { messages, rejected, tools, functions, item } = example;
  const texts = messageTexts(messages);
  if (item !== undefined) {
    return [...texts, ...itemTexts(example).map(({ text }): MessageText => ({ role: "user", content: text }))];
  }
  if (rejected === undefined && tools === undefined && functions === undefined) return texts;
  const declared = [tools, functions].filter((list) => list !== undefined);
  return [
    ...texts,
    ...(rejected === undefined ? [] : [{ role: "assistant", content: rejected } as const]),
    ...declared.map((list) => ({ role: "system", content: JSON.stringify(list) }) as const),
  ];
}

/** Who says the text of that index in `textsOf`. */
function speakerOf({ messages, rejected, item }: ExampleContent, index: number): string {
  const message = messages[index];
  if (message !== undefined) return `${message.role}'s message`;
  if (item !== undefined) return `item's field "${Object.keys(item)[index - messages.length]}"`;
  return rejected !== undefined && index === messages.length ? "rejected answer" : "list of tools";
}

/** Arguments of a call may no longer be what the tool takes. */
function redactedFault({ code, message }: FormatFault, location: Location): Problem {
  const told = `With secrets and personal data replaced: ${message}`;
  return problem("error", code, told, {
    hint: "Let the tool's parameters take the replacement, or remove the row.",
    location,
  });
}

function redactedTie(location: Location): Problem {
  const hint = "Remove the row, or tell the answers apart by more than what dataset.privacy redacts.";
  const message = "With secrets and personal data replaced, both answers say the same.";
  return problem("error", "PREFERENCE_INVALID", message, { hint, location });
}

function ruleProblem(rule: ActiveRule, message: string, location: Location): Problem {
  const severity = rule.action === "error" ? "error" : "warning";
  return problem(severity, "RULE_BROKEN", message, {
    location,
    hint: `Rule ${rule.type} at ${formatLocation(rule.location)}.`,
  });
}

function setProblem({ type, action, location }: ActiveRule, message: string): Problem {
  const hint = "Correct the data or the templates; `action: warn` says so and goes on.";
  return problem(action === "error" ? "error" : "warning", "RULE_BROKEN", `The rule ${type}: ${message}`, {
    location,
    hint,
  });
}

/** Names the column that it came from, where the row is at hand; never the value. */
function privacyProblem(
  { kind, action, what, message, start, end }: MessageFinding,
  example: Example,
  location: Location,
): Problem {
  const { vars = {} } = example;
  const { content } = textsOf(example.content)[message] as MessageText;
  const where = speakerOf(example.content, message);
  const value = content.slice(start, end);
  const column = Object.keys(vars).find((name) => textOf(vars[name]).includes(value));
  const from = column === undefined ? "" : `, from the column "${column}"`;
  const code = kind === "secrets" ? "SECRET_IN_DATA" : "PERSONAL_DATA";
  const hint =
    kind === "secrets"
      ? "Remove it and revoke it: it may be known already. dataset.privacy: { secrets: redact } replaces it."
      : "dataset.privacy: { personal: redact } replaces it, `off` says nothing.";
  const severity = action === "block" ? "error" : "warning";
  return problem(severity, code, `The ${where} holds ${what}${from}.`, { hint, location });
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

import type { Rule } from "../config/pipeline.gen.ts";
import type { ChatMessage } from "../core/chat.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { rulesByType } from "./rules/index.ts";
import type { RuleCheck, RuleContext } from "./rules/rule.ts";

/** A rule of the pipeline, ready to judge examples. */
export interface ActiveRule {
  readonly type: string;
  readonly action: "error" | "warn" | "drop";
  /** Where it stands in the pipeline. */
  readonly location: Location;
  /** Greatest share of examples that may be dropped or warned of, 0 to 1. */
  readonly atMost: number | undefined;
  readonly check: RuleCheck;
}

/** What the rules decide about one example. */
export interface Judgement {
  readonly faults: readonly { readonly rule: ActiveRule; readonly message: string }[];
  readonly drop: boolean;
}

/** The options of a rule that are its own. */
export function ruleOptions({
  type: _type,
  role: _role,
  action: _action,
  at_most: _most,
  ...options
}: Rule): Readonly<Record<string, unknown>> {
  return options;
}

/** Prepares every rule that is not off. @throws FtpipeError PIPELINE_INVALID at the rule whose file can't be used. */
export async function prepareRules(
  rules: readonly Rule[],
  {
    locate,
    context,
  }: { readonly locate: (index: number) => Location; readonly context: (index: number) => RuleContext },
): Promise<readonly ActiveRule[]> {
  const active: ActiveRule[] = [];
  for (const [index, rule] of rules.entries()) {
    const definition = rulesByType[rule.type];
    if (definition === undefined) throw new Error(`no rule ${rule.type} is registered, yet the pipeline is valid`);
    if (rule.action === "off") continue;
    const location = locate(index);
    const role = rule.role ?? definition.defaultRole;
    try {
      const check = await definition.prepare(ruleOptions(rule), context(index));
      const ofRole = (messages: readonly ChatMessage[]) =>
        role === undefined ? messages : messages.filter((message) => message.role === role);
      const atMost = rule.at_most === undefined ? undefined : Number.parseFloat(rule.at_most) / 100;
      active.push({
        type: rule.type,
        action: rule.action,
        location,
        atMost,
        check: (messages) => check(ofRole(messages)),
      });
    } catch (cause) {
      if (cause instanceof FtpipeError) throw cause;
      const message = `The rule ${rule.type}: ${(cause as Error).message.replace(/\.$/, "")}.`;
      throw new FtpipeError("PIPELINE_INVALID", message, { location, cause });
    }
  }
  return active;
}

export function judge(rules: readonly ActiveRule[], messages: readonly ChatMessage[]): Judgement {
  const faults = rules.flatMap((rule) => {
    const message = rule.check(messages);
    return message === undefined ? [] : [{ rule, message }];
  });
  return { faults, drop: faults.some(({ rule }) => rule.action === "drop") };
}

/** A rule that more examples broke than it allows. */
export function limitProblem(
  { type, action, atMost, location }: ActiveRule,
  broken: number,
  examples: number,
): Problem | undefined {
  if (atMost === undefined || action === "error" || broken <= atMost * examples) return undefined;
  const verb = action === "drop" ? "drops" : "warns of";
  const share = ((100 * broken) / examples).toFixed(1).replace(/\.0$/, "");
  const message = `The rule ${type} ${verb} ${broken} of ${examples} examples (${share} %), but at most ${atMost * 100} % may be.`;
  return problem("error", "RULE_BROKEN", message, {
    location,
    hint: "Look at the examples it names; correct the data, or raise at_most.",
  });
}

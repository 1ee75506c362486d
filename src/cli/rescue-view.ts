import { plural, thousands } from "../core/units.ts";
import type { RescuePlan } from "../stages/rescue.ts";

/** `22 cases and 17 held-out prompts` */
export function questionsLine({ questions }: Pick<RescuePlan, "questions">): string {
  const of = (kind: string) => questions.filter(({ askedAs }) => askedAs === kind).length;
  const [cases, prompts] = [of("case"), of("prompt")];
  const told = [plural(cases, "case"), ...(prompts === 0 ? [] : [plural(prompts, "held-out prompt")])];
  return told.join(" and ");
}

/** Below this, cases that are all there is say little about a successor. */
const fewCases = 20;

/** What to do before a rescue that would save next to nothing; undefined where there is enough to ask. */
export function tooLittle({ questions, heldOut }: Pick<RescuePlan, "questions" | "heldOut">): string | undefined {
  if (heldOut > 0 || questions.length >= fewCases) return undefined;
  return "no held-out prompts: write an evaluation first (docs/leaving-openai.md)";
}

/** `about 4,100 tokens in, at most 3,600 out: at most $0.02 (price of …)` */
export function costLine({ cost: { tokens, usd, price } }: Pick<RescuePlan, "cost">): string {
  const size = `about ${thousands(tokens.input)} tokens in, at most ${thousands(tokens.output_at_most)} out`;
  return `${size}: ${priceWords({ usd, price })}`;
}

export function priceWords({ usd, price }: Pick<RescuePlan["cost"], "usd" | "price">): string {
  if (usd === null) return "price unknown";
  return usd === 0 ? "free" : `at most $${usd < 0.01 ? "0.01" : usd.toFixed(2)} (${price})`;
}

/** `stops answering on 2027-01-14, in 53 days` @param today As 2026-11-22. */
export function shutdownLine(day: string | null, today: string): string {
  if (day === null) return "no shutdown is announced";
  if (day <= today) return `was shut down on ${day}`;
  const days = Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
  return `stops answering on ${day}, in ${plural(days, "day")}`;
}

/** The plan as `--json` has it. */
export function planDocument(plan: RescuePlan) {
  const { model, name, displayPath, questions, open, cost, shutdown } = plan;
  const of = (kind: string) => questions.filter(({ askedAs }) => askedAs === kind).length;
  return {
    model,
    name,
    file: displayPath,
    shutdown,
    questions: {
      cases: of("case"),
      prompts: of("prompt"),
      recorded: questions.length - open.length,
      open: open.length,
    },
    cost,
  };
}

import type { ChatMessage } from "../core/chat.ts";
import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { jsonLinesWriter, readJsonLines } from "../core/json-lines.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { problemList } from "../core/problem-list.ts";
import { type ActiveRule, createJudge, limitProblem, prepareRules, ruleOptions } from "../dataset/apply-rules.ts";
import type { Example } from "../dataset/example.ts";
import { nameFile, rowLocator } from "../dataset/files.ts";
import { formatChecks, formatFault } from "../dataset/format.ts";
import { createPrivacyGuard, type MessageFinding, type PrivacyGuard } from "../dataset/privacy/guard.ts";
import { rulesByType } from "../dataset/rules/index.ts";
import { placeBook, seenTable } from "../dataset/seen.ts";
import { loadTokenCounter } from "../dataset/tokens.ts";
import { dataset } from "./dataset.ts";
import { defineStage, type World } from "./world.ts";

export interface ChecksValue {
  /** How many checks were made of each example: of the format, for duplicates, and the pipeline's rules. */
  readonly checks: number;
  /** Of those, how many found nothing at all. */
  readonly clean: number;
  /** Kinds of warnings, not their places. */
  readonly warnings: number;
  readonly examples: number;
  /** Examples left out, by rule. */
  readonly dropped: readonly { readonly rule: string; readonly examples: number }[];
  /** Examples in which something was replaced, by `privacy: redact`. */
  readonly redacted?: number;
}

/** Judges every example: the API's format, nothing empty, no duplicates, the pipeline's rules. */
export const checks = defineStage({
  name: "checks",
  version: 1,
  effect: "local",
  needs: { dataset },
  settings: async (world) => {
    const { rules, privacy } = world.pipeline.dataset;
    return { rules, files: await ruleFiles(world), privacy };
  },
  run: async ({ world, inputs, create, warn, signal }) => {
    const locate = await rowLocator(world.loaded, world.ports.files);
    const rules = await openRules(world);
    const broken = new Map<ActiveRule, number>();
    const problems = problemList();
    const warnings = problemList();
    const places = placeBook();
    const told = (place: number): string => {
      const { file, line } = places.at(place);
      return formatLocation(locate(file, line));
    };
    const judge = createJudge(rules, told);
    const { privacy } = world.pipeline.dataset;
    const guard = createPrivacyGuard(privacy);
    let redacted = 0;
    const findDuplicate = duplicates();
    const output = await create("examples.jsonl");
    const lines = jsonLinesWriter((chunk) => output.write(chunk));
    let total = 0;
    let examples = 0;
    for await (const made of readJsonLines<Example>(world.ports.files, inputs.dataset.files.examples.path)) {
      signal.throwIfAborted();
      total++;
      const location = locate(made.file, made.line);
      const fault = formatFault(made.messages);
      if (fault !== undefined) {
        problems.add(problem("error", fault.code, fault.message, { hint: fault.hint, location }));
        continue;
      }
      const examined = guard.examine(made.messages);
      const findings = examined instanceof Promise ? await examined : examined;
      for (const finding of findings) {
        if (finding.action === "redact") continue;
        (finding.action === "block" ? problems : warnings).add(
          privacyProblem(finding, made, location),
          `privacy ${finding.what}`,
        );
      }
      const isRedacted = findings.some(({ action }) => action === "redact");
      if (isRedacted) redacted++;
      const example = isRedacted ? await redactExample(made, guard) : made;
      const place = places.add(example.file, example.line);
      const { faults, drop } = judge.judge(example.messages, place);
      for (const { rule, message } of faults) {
        broken.set(rule, (broken.get(rule) ?? 0) + 1);
        if (rule.action !== "drop")
          (rule.action === "error" ? problems : warnings).add(
            ruleProblem(rule, message, location),
            `rule ${rules.indexOf(rule)}`,
          );
      }
      if (drop) continue;
      const twin = findDuplicate(example.messages, place);
      if (twin !== undefined) warnings.add(duplicateProblem(told(twin), location), "duplicate");
      examples++;
      await lines.add(example);
    }
    for (const { rule, message } of judge.end()) {
      broken.set(rule, (broken.get(rule) ?? 0) + 1);
      (rule.action === "error" ? problems : warnings).add(setProblem(rule, message));
    }
    const limits = rules
      .map((rule) => limitProblem(rule, broken.get(rule) ?? 0, total))
      .filter((item) => item !== undefined);
    throwIfErrors([...problems.all(), ...limits]);
    const found = warnings.all();
    for (const warning of found) warn(warning);
    await lines.end();
    const count =
      formatChecks.length + 1 + rules.length + Object.values(privacy).filter((action) => action !== "off").length;
    const dropped = rules.flatMap((rule) =>
      rule.action === "drop" && broken.has(rule) ? [{ rule: rule.type, examples: broken.get(rule) ?? 0 }] : [],
    );
    const value: ChecksValue = {
      checks: count,
      clean: count - found.length - dropped.length,
      warnings: found.length,
      examples,
      dropped,
      ...(redacted === 0 ? {} : { redacted }),
    };
    return { value, files: { examples: await output.finish() } };
  },
  describe: ({ checks: count, warnings, dropped, redacted }, { loaded }) => {
    const lost = dropped.map(({ rule, examples }) => `${examples} dropped by ${rule}`);
    if (redacted !== undefined) lost.push(`${redacted} redacted`);
    const warned = warnings === 0 ? [] : [`${warnings} warning${warnings === 1 ? "" : "s"}`];
    return {
      text: [`all ${count} passed`, ...warned, ...lost].join(", "),
      ...(warnings === 0 ? {} : { note: `ftpipe check ${loaded.displayFile}` }),
    };
  },
});

/** The pipeline's rules, ready to judge. */
export function openRules({ loaded, ports }: World): Promise<readonly ActiveRule[]> {
  let counter: ReturnType<typeof loadTokenCounter> | undefined;
  return prepareRules(loaded.pipeline.dataset.rules, {
    locate: (index) => loaded.locate(`/dataset/rules/${index}`),
    context: (index) => ({
      readText: async (path) => {
        const named = await nameFile(path, {
          loaded,
          files: ports.files,
          pointer: `/dataset/rules/${index}`,
          missing: "PATH_INVALID",
        });
        return ports.files.readText(named.path);
      },
      tokenCounter: () => {
        counter ??= loadTokenCounter();
        return counter;
      },
    }),
  });
}

/** Hashes of the files that rules read, so that a changed schema is checked against. */
async function ruleFiles({
  loaded,
  ports,
}: World): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  const found = [];
  for (const [index, rule] of loaded.pipeline.dataset.rules.entries()) {
    if (rule.action === "off") continue;
    for (const written of rulesByType[rule.type]?.files?.(ruleOptions(rule)) ?? []) {
      const pointer = `/dataset/rules/${index}`;
      const { path, rootPath } = await nameFile(written, {
        loaded,
        files: ports.files,
        pointer,
        missing: "PATH_INVALID",
      });
      found.push({ path: rootPath, sha256: sha256(await ports.files.read(path)) });
    }
  }
  return found;
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
  { messages, vars = {} }: Example,
  location: Location,
): Problem {
  const { role, content } = messages[message] as ChatMessage;
  const value = content.slice(start, end);
  const column = Object.keys(vars).find((name) => String(vars[name]).includes(value));
  const from = column === undefined ? "" : `, from the column "${column}"`;
  const code = kind === "secrets" ? "SECRET_IN_DATA" : "PERSONAL_DATA";
  const hint =
    kind === "secrets"
      ? "Remove it and revoke it: it may be known already. dataset.privacy: { secrets: redact } replaces it."
      : "dataset.privacy: { personal: redact } replaces it, `off` says nothing.";
  const severity = action === "block" ? "error" : "warning";
  return problem(severity, code, `The ${role}'s message holds ${what}${from}.`, { hint, location });
}

/** What is redacted stands neither in the messages nor in the row that cases are made from. */
async function redactExample(example: Example, guard: PrivacyGuard): Promise<Example> {
  const messages = [];
  for (const message of example.messages) messages.push({ ...message, content: await guard.redact(message.content) });
  if (example.vars === undefined) return { ...example, messages };
  const vars: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(example.vars)) {
    vars[name] = typeof value === "string" ? await guard.redact(value) : value;
  }
  return { ...example, messages, vars };
}

function duplicateProblem(first: string, location: Location): Problem {
  const hint = "Duplicates weigh double in training: remove one, or let the templates tell them apart.";
  return problem("warning", "EXAMPLE_DUPLICATE", `The example says the same as that of ${first}.`, { location, hint });
}

/** Finds examples of other rows that say the same. */
function duplicates() {
  const seen = seenTable();
  return (messages: readonly ChatMessage[], place: number): number | undefined => {
    const before = seen.remember(JSON.stringify(messages), place);
    return before === place ? undefined : before;
  };
}

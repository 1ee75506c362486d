import { openSession, type Session } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { canonicalJson } from "../../core/hash.ts";
import type { CaseTemplates } from "../../evaluation/cases.ts";
import { type CarriedTest, type LeftBehind, namesIn, readPromptfoo } from "../../import/promptfoo.ts";
import { withTests } from "../../import/test-text.ts";
import { stages } from "../../stages/index.ts";
import { openPromptRenderer } from "../../stages/prompts.ts";
import { runPipeline } from "../../stages/run-pipeline.ts";
import type { CommandContext } from "../commands.ts";
import { findPipeline } from "../find-pipeline.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Adds the deterministic tests of a promptfoo config to a pipeline's, and lists what stays behind. Nothing of it is run. */
export async function importPromptfoo(context: CommandContext, word: string, config: Fields): Promise<number> {
  const { arguments: given, ports, workingDirectory, terminal } = context;
  const into = given.text("into");
  if (into === undefined) {
    throw new FtpipeError("USAGE", `${word} is a promptfoo config: its tests go into a pipeline that there is.`, {
      hint: `Name it: ftpipe import ${word} --into PIPELINE`,
    });
  }
  const file = await findPipeline({ pipeline: into, workingDirectory, files: ports.files });
  const found = readPromptfoo(config);
  const text = await ports.files.readText(file);
  const session = await sessionOf(context, file, undefined);
  const { displayFile, pipeline } = session.world.loaded;
  const isReady = pipeline.dataset.messages.length === 0;
  const templates = await openPromptRenderer({ loaded: session.world.loaded, files: ports.files });
  await session.close();
  const left = [...found.left];
  const placed = found.tests.flatMap((test) => {
    const made = isReady ? promptCase(test, found.prompt) : rowCase(test, templates);
    if ("because" in made) left.push({ what: `test ${test.number}`, because: made.because });
    return "because" in made ? [] : [{ number: test.number, test: made.test }];
  });
  const known = new Set(pipeline.evaluation.tests.map((test) => canonicalJson(test)));
  const fresh = placed.filter(({ test }) => !known.has(canonicalJson(test)));
  const fitting = await thatFit(context, file, { fresh, left });
  if (fitting.length > 0) await ports.files.writeAtomic(file, withTests(text, fitting));
  const carried = fitting.length;
  const there = placed.length - fresh.length;
  if (given.has("json")) {
    terminal.result(
      JSON.stringify({ from: word, pipeline: displayFile, carried, there_already: there, left }, null, 2),
    );
    return 0;
  }
  const already = there === 0 ? "" : `, ${there} were there already`;
  terminal.result(`${displayFile}  ${carried} test${carried === 1 ? "" : "s"} of ${word} added${already}.`);
  if (!isReady && config["prompts"] !== undefined)
    terminal.result("The model is asked with the pipeline's own messages, not with the config's prompts.");
  for (const { what, because } of left) terminal.result(`  not carried over: ${what}: ${because}`);
  terminal.result(`Next: npx ftpipe check ${into}`);
  return 0;
}

type Made = { readonly test: Fields } | { readonly because: string };

/** A case of a pipeline whose templates ask. */
function rowCase({ description, vars, assert }: CarriedTest, templates: CaseTemplates): Made {
  const lacking = [...templates.needed].filter((name) => !(name in vars));
  if (lacking.length > 0)
    return { because: `the pipeline asks with {{${lacking[0]}}}, which the test has no variable for` };
  const wanted = Object.entries(vars).filter(([name]) => templates.uses(name) || namesIn(assert).includes(name));
  return { test: testOf(description, { vars: Object.fromEntries(wanted) }, assert) };
}

/** A case of ready-made lines: what is asked is the config's prompt. */
function promptCase({ description, vars, assert }: CarriedTest, prompt: string | undefined): Made {
  if (prompt === undefined)
    return { because: "the pipeline has no templates, and the config not one prompt that is a text" };
  const names = [...namesIn(prompt), ...namesIn(assert)];
  const used = Object.fromEntries(Object.entries(vars).filter(([name]) => names.includes(name)));
  return { test: testOf(description, { prompt, ...(Object.keys(used).length === 0 ? {} : { vars: used }) }, assert) };
}

function testOf(description: string | undefined, asked: Fields, assert: readonly Fields[]): Fields {
  return { ...(description === undefined ? {} : { description }), ...asked, assert };
}

interface PlacedTest {
  readonly number: number;
  readonly test: Fields;
}

/** Tests that the pipeline takes; of the others, why not is added to what is left. */
async function thatFit(
  context: CommandContext,
  file: string,
  { fresh, left }: { readonly fresh: readonly PlacedTest[]; readonly left: LeftBehind[] },
): Promise<readonly Fields[]> {
  const faultOf = async (tests: readonly PlacedTest[]) =>
    faultWith(
      context,
      file,
      tests.map(({ test }) => test),
    );
  if (fresh.length === 0 || (await faultOf(fresh)) === undefined) return fresh.map(({ test }) => test);
  const fitting: Fields[] = [];
  for (const placed of fresh) {
    const fault = await faultOf([placed]);
    if (fault === undefined) fitting.push(placed.test);
    else left.push({ what: `test ${placed.number}`, because: fault });
  }
  return fitting;
}

/** Why the pipeline does not take these tests in place of its own. */
async function faultWith(context: CommandContext, file: string, tests: readonly Fields[]): Promise<string | undefined> {
  let session: Session | undefined;
  try {
    session = await sessionOf(context, file, tests);
    await runPipeline({
      world: session.world,
      runId: "",
      stages,
      cache: session.cache,
      lock: session.lock,
      force: new Set(),
      until: "split",
      writesLock: false,
      frozen: false,
      maxCost: undefined,
      emit: () => {},
      signal: context.signal,
      consent: () => Promise.reject(new Error("an import spends no money")),
    });
    return undefined;
  } catch (error) {
    if (
      !(error instanceof FtpipeError) ||
      !["CASE_INVALID", "PIPELINE_INVALID", "TEMPLATE_INVALID"].includes(error.code)
    )
      throw error;
    return error.message;
  } finally {
    await session?.close();
  }
}

/** @param tests In place of the pipeline's own. */
function sessionOf(
  { ports, workingDirectory }: CommandContext,
  file: string,
  tests: readonly Fields[] | undefined,
): Promise<Session> {
  // The gate may be about metrics of the tests that are left out.
  const replaced = { "evaluation.tests": tests, "evaluation.gate": [] };
  const overrides =
    tests === undefined
      ? []
      : Object.entries(replaced).map(([path, value]) => ({ path, value: JSON.stringify(value) }));
  return openSession({ ports, workingDirectory, file, target: undefined, overrides, trains: false });
}

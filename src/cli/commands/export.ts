import { join, resolve } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { didYouMean } from "../../core/suggest.ts";
import { formatBytes, thousands } from "../../core/units.ts";
import { trainers } from "../../export/index.ts";
import { type Style, styles, type Trainer } from "../../export/trainer.ts";
import { type Exported, writeExport } from "../../export/write.ts";
import { exportable, exportOrder } from "../../stages/export-order.ts";
import type { CommandContext } from "../commands.ts";
import { runDataStages, sessionFor } from "../pipeline-command.ts";
import { formatProblems } from "../print.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, workingDirectory } = context;
  const trainer = trainerOf(given.text("target"));
  const style = styleOf(given.text("style"));
  const base = baseOf(given.text("base"));
  const session = await sessionFor(context, { trains: false, target: given.text("from") });
  const { world } = session;
  try {
    refuseStyle(style, world.pipeline.training.method);
    const what = exportable(world, base);
    const { result, warnings } = await runDataStages(context, session);
    const order = await exportOrder(world, result.outputs, {
      ...what,
      trainer,
      style: style ?? "prompt-completion",
      signal: context.signal,
    });
    const out = given.text("out");
    const directory =
      out === undefined
        ? join(world.loaded.stateDirectory, "export", world.pipeline.name, trainer.name)
        : resolve(workingDirectory, out);
    const exported = await writeExport({ ...order, directory });
    const folder = displayPath(workingDirectory, directory);
    if (given.has("json")) {
      terminal.result(JSON.stringify({ folder, ...facts(trainer, exported), notes: order.notes, warnings }, null, 2));
      return 0;
    }
    if (warnings.length > 0) terminal.note(formatProblems(warnings, terminal));
    for (const note of order.notes) terminal.note(note);
    terminal.result(shown(folder, trainer, exported));
    return 0;
  } finally {
    await session.close();
  }
}

/** @throws FtpipeError USAGE */
function trainerOf(name: string | undefined): Trainer {
  const names = trainers.map((trainer) => trainer.name);
  const found = trainers.find((trainer) => trainer.name === name);
  if (found !== undefined) return found;
  if (name === undefined) {
    throw new FtpipeError("USAGE", "Name what it is for.", { hint: `--target ${names.join(" or ")}` });
  }
  throw new FtpipeError("USAGE", `There is no trainer "${name}".`, {
    hint: `${didYouMean(name, names, "Trainers")} A target of the pipeline is named by --from.`,
  });
}

/** @throws FtpipeError USAGE */
function styleOf(text: string | undefined): Style | undefined {
  const style = styles.find((one) => one === text);
  if (text === undefined || style !== undefined) return style;
  throw new FtpipeError("USAGE", `There is no style "${text}".`, { hint: didYouMean(text, styles, "Styles") });
}

/** @throws FtpipeError USAGE */
function baseOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\S+$/.test(text)) return text;
  throw new FtpipeError("USAGE", `--base names a model of Hugging Face or a folder, not "${text}".`, {
    hint: "Such as --base Qwen/Qwen3-8B",
  });
}

/** @throws FtpipeError USAGE */
function refuseStyle(style: Style | undefined, method: string): void {
  if (style === undefined || method === "supervised") return;
  throw new FtpipeError("USAGE", `--style is for chats; method ${method} has one form of rows.`, {
    hint: "Leave it out.",
  });
}

function facts({ name, command }: Trainer, { recipe, files }: Exported) {
  const { base, method, style, rows, epochs, batch, maxLength, learningRate } = recipe;
  return {
    trainer: name,
    command: command(method),
    base,
    method,
    ...(method === "supervised" ? { style } : {}),
    rows,
    epochs: epochs.value,
    effective_batch: batch.effective,
    max_length: maxLength.value,
    learning_rate: learningRate.value,
    files,
  };
}

function shown(folder: string, trainer: Trainer, { recipe, files }: Exported): string {
  const { rows, epochs, batch, method } = recipe;
  return [
    ...files.map(({ path, bytes }) => `${join(folder, path)}  ${formatBytes(bytes)}`),
    "",
    `${thousands(rows.training)} training rows, ${thousands(rows.validation)} for validation, ${epochs.value} ${epochs.value === 1 ? "epoch" : "epochs"} of ${recipe.base}`,
    `A step takes ${batch.effective} ${batch.effective === 1 ? "row" : "rows"} on one GPU: ${batch.perDevice} × ${batch.accumulation} accumulated`,
    `Train   cd ${folder} && ${trainer.command(method)}`,
  ].join("\n");
}

import { formatBytes, thousands } from "../core/units.ts";
import type { Recipe } from "./recipe.ts";
import type { Trainer } from "./trainer.ts";

export interface ExportedFile {
  /** From the folder of the export. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What somebody needs to know who finds the folder on a machine with GPUs. */
export function readme(
  trainer: Trainer,
  recipe: Recipe,
  { notes, files }: { readonly notes: readonly string[]; readonly files: readonly ExportedFile[] },
): string {
  const { pipeline, base, rows, batch, method } = recipe;
  const packages = trainer.packages.map((name) => `"${name}"`).join(" ");
  const sizes = files.map(({ path, bytes }) => `- \`${path}\`, ${formatBytes(bytes)}`);
  return `# ${pipeline}, for ${trainer.name}

Written by \`ftpipe export\`: rows and a config to train ${base} by ${methodWords[method]} on your own GPUs.
${thousands(rows.training)} training rows, ${thousands(rows.validation)} validation rows.

In this folder:

\`\`\`sh
pip install ${packages}
${trainer.command(method)}
\`\`\`

- \`${trainer.configFile}\`, with the reason of each setting
${sizes.join("\n")}
- \`export.json\`, the sha256 of each file; "unfinished" there means that the export was cut off

A step takes ${batch.effective} ${batch.effective === 1 ? "row" : "rows"} on one GPU (${batch.perDevice} at once × ${batch.accumulation} accumulated), and so many times the GPUs on several: to keep
to ${batch.effective}, divide \`gradient_accumulation_steps\` by their number. The tuned adapter comes to lie in \`output/\`.
${notes.length === 0 ? "" : `\n## To know\n\n${notes.map((note) => `- ${note}`).join("\n")}\n`}`;
}

const methodWords = { supervised: "supervised fine-tuning", dpo: "direct preference optimization" } as const;

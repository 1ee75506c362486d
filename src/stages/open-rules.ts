import type { Rule } from "../config/pipeline.gen.ts";
import { sha256 } from "../core/hash.ts";
import { type ActiveRule, prepareRules, ruleOptions } from "../dataset/apply-rules.ts";
import { nameFile, readJsonFile } from "../dataset/files.ts";
import { rulesByType } from "../dataset/rules/index.ts";
import { loadTokenCounter } from "../dataset/tokens.ts";
import type { World } from "./world.ts";

/** The pipeline's rules, ready to judge. */
export function openRules({ loaded, ports }: World): Promise<readonly ActiveRule[]> {
  let counter: ReturnType<typeof loadTokenCounter> | undefined;
  return prepareRules(loaded.pipeline.dataset.rules, {
    locate: (index) => loaded.locate(`/dataset/rules/${index}`),
    context: (index) => ({
      readJson: (option) => {
        const path = String(ruleOptions(loaded.pipeline.dataset.rules[index] as Rule)[option]);
        return readJsonFile(path, `/dataset/rules/${index}/${option}`, { loaded, files: ports.files });
      },
      tokenCounter: () => {
        counter ??= loadTokenCounter();
        return counter;
      },
    }),
  });
}

/** Hashes of the files that rules read, so that a changed schema is checked against. */
export async function ruleFiles({
  loaded,
  ports,
}: World): Promise<readonly { readonly path: string; readonly sha256: string }[]> {
  const found = [];
  for (const [index, rule] of loaded.pipeline.dataset.rules.entries()) {
    if (rule.action === "off") continue;
    for (const option of rulesByType[rule.type]?.files ?? []) {
      const pointer = `/dataset/rules/${index}/${option}`;
      const { path, rootPath } = await nameFile(String(ruleOptions(rule)[option]), {
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

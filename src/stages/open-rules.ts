import { sha256 } from "../core/hash.ts";
import { type ActiveRule, prepareRules, ruleOptions } from "../dataset/apply-rules.ts";
import { nameFile } from "../dataset/files.ts";
import { rulesByType } from "../dataset/rules/index.ts";
import { loadTokenCounter } from "../dataset/tokens.ts";
import type { World } from "./world.ts";

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
export async function ruleFiles({
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

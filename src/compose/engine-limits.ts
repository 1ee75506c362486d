import type { LoadedPipeline } from "../config/loaded.ts";
import { asTextMessages } from "../core/chat.ts";
import type { Ports } from "../core/ports.ts";
import type { ExampleContent } from "../dataset/example.ts";
import { engineVersion } from "../engine/version.ts";
import type { LocalModel, ModelLimits, SelectedTarget } from "../stages/world.ts";
import { serveDirectory } from "./local-server.ts";

export function isLocal({ provider }: SelectedTarget): boolean {
  return provider.name === "local";
}

export async function localModel(
  { stateDirectory }: LoadedPipeline,
  model: string,
  { files }: Ports,
): Promise<LocalModel | undefined> {
  const { localModelManifest } = await import("../serve/manifest.ts");
  const manifest = await localModelManifest(serveDirectory(stateDirectory), model, files);
  return manifest === undefined ? undefined : { sha256: manifest.sha256, engineVersion: manifest.engine_version };
}

/** What the built-in base takes: its context is far shorter than a large model's. */
export function engineLimits({ settings }: SelectedTarget): ModelLimits {
  const overContext = settings["over_context"] === "cut" ? "cut" : "refuse";
  return {
    version: `${settings.model} ${engineVersion}${overContext === "cut" ? " cut" : ""}`,
    faults: async (examples) => {
      const { createEngine } = await import("../engine/create.ts");
      const engine = createEngine();
      const base = engine.bases.find(({ name }) => name === settings.model);
      if (base === undefined) return [];
      const plain = examples.flatMap((content, index) => {
        const example = engineExample(content);
        return example === undefined ? [] : [{ example, index }];
      });
      const faults = await engine.validate(
        { base: base.name },
        plain.map(({ example }) => example),
        overContext,
      );
      const byIndex = new Map(
        faults.map(({ index, message, cut = false }) => [plain[index]?.index, { message, cut }] as const),
      );
      return examples.map((_, index) => byIndex.get(index));
    },
  };
}

/** Undefined for an example with tools or images: that the engine learns none is told once, of the target. */
function engineExample({ messages: all, rejected, tools, functions }: ExampleContent) {
  const messages = asTextMessages(all);
  if (messages === undefined || tools !== undefined || functions !== undefined) return undefined;
  if (rejected === undefined) return { messages };
  return { input: messages.slice(0, -1), preferred: messages.at(-1)?.content ?? "", rejected };
}

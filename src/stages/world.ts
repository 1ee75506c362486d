import type { LoadedPipeline } from "../config/loaded.ts";
import type { Pipeline } from "../config/pipeline.gen.ts";
import type { Ports } from "../core/ports.ts";
import type { Capabilities, Connection, ProviderDefinition, TargetSettings } from "../providers/provider.ts";
import { stageFactory } from "../run/stage.ts";

/** The target that this run trains. */
export interface SelectedTarget {
  readonly name: string;
  readonly settings: TargetSettings;
  readonly provider: ProviderDefinition;
  readonly capabilities: Capabilities;
}

/** All that stages may use. Settings that a result depends on must be named in the stage's `settings`. */
export interface World {
  readonly loaded: LoadedPipeline;
  readonly pipeline: Pipeline;
  readonly target: SelectedTarget;
  readonly ports: Ports;
  /** The provider, connected at the first call; local stages never call it. */
  readonly connection: () => Promise<Connection>;
  /** Where reports of this run go: `.ftpipe/runs/<id>`. */
  readonly runDirectory: string;
  /** A model to judge in place of the one that this run would train (`ftpipe eval --model`). */
  readonly modelOverride: string | undefined;
  /** The model accepted last, on whatever target; undefined if there is none. */
  readonly previousModel: { readonly model: string; readonly target: SelectedTarget } | undefined;
}

export const defineStage = stageFactory<World>();

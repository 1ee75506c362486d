import type { LoadedPipeline } from "../config/loaded.ts";
import { everyTarget } from "../config/rules.ts";
import { FtpipeError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { providersByName } from "../providers/index.ts";
import type { TargetSettings } from "../providers/provider.ts";
import type { Lock } from "../run/lock.ts";
import type { SelectedTarget } from "./world.ts";

export interface TargetChoice {
  /** `--target`. */
  readonly named: string | undefined;
  readonly lock: Lock;
  /** Whether this is CI, where nobody may train another target by oversight. */
  readonly ci: boolean;
  readonly trains: boolean;
  /** Whether the command can be about all targets; then, for `--target all`, the default or the first one leads. */
  readonly takesAll?: boolean;
}

/** @throws FtpipeError TARGET_UNKNOWN, TARGET_REQUIRED. */
export function selectTarget({ pipeline, locate, displayFile }: LoadedPipeline, choice: TargetChoice): SelectedTarget {
  const names = Object.keys(pipeline.targets);
  const all = choice.named === everyTarget;
  if (all && choice.takesAll !== true) {
    throw new FtpipeError("TARGET_REQUIRED", `--target ${everyTarget} is for check: a run has one target.`, {
      hint: `Name one: ${names.join(", ")}. To try the data on all of them: ftpipe check ${displayFile} --target ${everyTarget}`,
    });
  }
  const lead = pipeline.default_target ?? (all || names.length === 1 ? names[0] : undefined);
  const name = all ? lead : (choice.named ?? lead);
  if (name === undefined) {
    throw new FtpipeError("TARGET_REQUIRED", `${displayFile} has several targets and no default_target.`, {
      hint: `Add --target: ${names.join(", ")}.`,
      location: locate("/targets"),
    });
  }
  if (!names.includes(name)) {
    throw new FtpipeError("TARGET_UNKNOWN", `There is no target "${name}" in ${displayFile}.`, {
      hint: didYouMean(name, names, "Targets"),
      location: locate("/targets"),
    });
  }
  const elsewhere = Object.entries(choice.lock.targets).find(
    ([other, { accepted }]) => other !== name && accepted !== undefined,
  );
  if (choice.ci && choice.trains && choice.named === undefined && elsewhere !== undefined) {
    throw new FtpipeError(
      "TARGET_REQUIRED",
      `The accepted model is on target ${elsewhere[0]}, and this run would train ${name}.`,
      {
        hint: `In CI, name the target: --target ${elsewhere[0]} (or --target ${name}).`,
      },
    );
  }
  return targetOf(pipeline.targets, name);
}

/** @param name Must be one of the targets. */
export function targetOf(targets: LoadedPipeline["pipeline"]["targets"], name: string): SelectedTarget {
  const settings = targets[name] as unknown as TargetSettings;
  const provider = providersByName[settings.provider];
  if (provider === undefined)
    throw new Error(`no provider ${settings.provider} is registered, yet the pipeline is valid`);
  return { name, settings, provider, capabilities: provider.capabilities(settings) };
}

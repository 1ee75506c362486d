import { openPipeline } from "../../compose/open-pipeline.ts";
import { FtpipeError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { OriginTarget } from "../../import/pipeline-text.ts";
import type { Account } from "../../providers/account.ts";
import { providersByName } from "../../providers/index.ts";
import type { TargetSettings } from "../../providers/provider.ts";
import type { CommandContext } from "../commands.ts";
import { findPipeline } from "../find-pipeline.ts";

export interface OpenedAccount {
  readonly account: Account;
  /** The account as a target of the pipelines to come. */
  readonly origin: OriginTarget;
}

/** The account that the flags name. @throws FtpipeError USAGE, TARGET_UNKNOWN, TARGET_UNSUPPORTED, and those of its credentials. */
export async function openAccount(context: CommandContext): Promise<OpenedAccount> {
  const origin = await originOf(context);
  const provider = providersByName[String(origin.settings["provider"])];
  const open = provider?.openAccount;
  if (provider === undefined || open === undefined || provider.name === "local") {
    throw new FtpipeError(
      "TARGET_UNSUPPORTED",
      `The provider ${origin.settings["provider"]} has no account to import from.`,
      {
        hint: "Of a server on this machine: ftpipe import --all --base-url http://127.0.0.1:8231/v1 --api-key-env FTPIPE_SERVER_KEY",
      },
    );
  }
  const settings = { ...origin.settings, model: "none" } as unknown as TargetSettings;
  const local = () => Promise.reject(new Error("an account of this machine is not imported"));
  return { account: await open(settings, { ports: context.ports, local }), origin };
}

async function originOf({ arguments: given, ports, workingDirectory }: CommandContext): Promise<OriginTarget> {
  const [provider, target, url] = ["provider", "target", "base-url"].map(given.text);
  const named = [provider, target, url].filter((flag) => flag !== undefined);
  if (named.length > 1) {
    throw new FtpipeError("USAGE", "--provider, --target and --base-url each name an account.", { hint: "Keep one." });
  }
  if (target !== undefined) {
    const pipeline = given.text("pipeline");
    const file = await findPipeline({ pipeline, workingDirectory, files: ports.files });
    const loaded = await openPipeline({ ports, workingDirectory, file, overrides: [] });
    const { targets } = loaded.pipeline;
    const settings = targets[target] as unknown as Readonly<Record<string, unknown>> | undefined;
    if (settings === undefined) {
      throw new FtpipeError("TARGET_UNKNOWN", `There is no target "${target}" in ${loaded.displayFile}.`, {
        hint: didYouMean(target, Object.keys(targets), "Targets"),
      });
    }
    const { model: _model, hyperparameters: _values, suffix: _suffix, seed: _seed, ...account } = settings;
    return { name: target, settings: account };
  }
  const variable = given.text("api-key-env");
  if (variable !== undefined && !/^[A-Z][A-Z0-9_]*$/.test(variable)) {
    throw new FtpipeError("USAGE", `--api-key-env takes the name of a variable, not "${variable.slice(0, 3)}…".`, {
      hint: "Such as FTPIPE_SERVER_KEY: the key itself never stands on a command line.",
    });
  }
  const key = variable === undefined ? {} : { api_key_env: variable };
  if (url !== undefined) return { name: "server", settings: { provider: "openai-compatible", base_url: url, ...key } };
  const name = provider ?? "openai";
  if (!(name in providersByName)) {
    throw new FtpipeError("USAGE", `There is no provider "${name}".`, {
      hint: didYouMean(name, Object.keys(providersByName), "Providers"),
    });
  }
  return { name, settings: { provider: name, ...key } };
}

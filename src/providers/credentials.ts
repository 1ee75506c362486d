import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import type { Ports } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";

/** Hosts that take paid work, and the one variable whose key may go there. */
const paidHosts: readonly { readonly origin: string; readonly variable: string }[] = [
  { origin: "https://api.openai.com", variable: "OPENAI_API_KEY" },
];

/** Variables that hold keys of other services: a pipeline must not be able to send them anywhere. */
const foreignVariable =
  /^(OPENAI_|AZURE_|TOGETHER_|FIREWORKS_|NEBIUS_|ANTHROPIC_|HF_|AWS_|GOOGLE_|GITHUB_|GH_|NPM_|NODE_|WANDB_|CI_|DOCKER_)/;

export interface CredentialRequest {
  /** Where requests would go. */
  readonly url: URL;
  /** The variable that the pipeline names, or the provider's own. */
  readonly variable: string | undefined;
  /** For messages. */
  readonly provider: string;
}

/**
 * The key for a host, if that key may go there. Keys are bound to hosts, because a pull request that edits a
 * pipeline must not be able to send a key elsewhere: paid hosts get their own variable only; a loopback address
 * never gets a paid provider's key; any other host needs the trust file or `FTPIPE_TRUST_HOST`, both outside
 * the repository.
 * @throws FtpipeError HOST_UNTRUSTED, KEY_NOT_ALLOWED, CREDENTIALS_MISSING.
 */
export async function credentialFor(request: CredentialRequest, ports: Ports): Promise<Secret> {
  const { url, variable, provider } = request;
  const { environment } = ports;
  if (url.username !== "" || url.password !== "") {
    throw new FtpipeError("HOST_UNTRUSTED", `The address of ${provider} holds a user name or password.`, {
      hint: "Remove it from base_url and name a variable: api_key_env.",
    });
  }
  const paid = paidHosts.find(({ origin }) => origin === url.origin);
  if (paid !== undefined) {
    const name = variable ?? paid.variable;
    if (name !== paid.variable && !(await trusts(url, name, ports))) throw notAllowed(name, url.host, paid.variable);
    return present(name, provider, environment);
  }
  if (isLoopback(url)) {
    if (variable === undefined) return new Secret("none");
    if (foreignVariable.test(variable)) throw notAllowed(variable, url.host, undefined);
    return present(variable, provider, environment);
  }
  if (url.protocol !== "https:") {
    throw new FtpipeError("HOST_UNTRUSTED", `${url.origin} is not https, and not this machine.`, {
      hint: "Training data and keys go over https only.",
    });
  }
  if (!(await trusts(url, variable, ports))) {
    throw new FtpipeError("HOST_UNTRUSTED", `The host ${url.host} is not trusted: nothing was sent.`, {
      hint: `If it is yours, set FTPIPE_TRUST_HOST=${url.host}, or put into ${trustFile(environment)}:\n  hosts:\n    - { host: "${url.host}"${variable === undefined ? "" : `, key_env: ${variable}`} }`,
    });
  }
  return variable === undefined ? new Secret("none") : present(variable, provider, environment);
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function present(variable: string, provider: string, environment: Ports["environment"]): Secret {
  const value = environment[variable]?.trim();
  if (value !== undefined && value !== "") return new Secret(value);
  throw new FtpipeError("CREDENTIALS_MISSING", `The provider ${provider} needs a key: ${variable} is not set.`, {
    hint: `Set it (export ${variable}=…, or --env-file F), or train on the built-in engine, with no key: --target local (a target { provider: local })`,
  });
}

function notAllowed(variable: string, host: string, instead: string | undefined): FtpipeError {
  return new FtpipeError("KEY_NOT_ALLOWED", `${variable} must not be sent to ${host}.`, {
    hint:
      instead === undefined
        ? "Name a variable of its own for this server: api_key_env: MY_SERVER_KEY"
        : `Use ${instead}, or allow the pair in the trust file.`,
  });
}

function trustFile(environment: Ports["environment"]): string {
  const config = environment["XDG_CONFIG_HOME"] ?? join(environment["HOME"] ?? "~", ".config");
  return join(config, "ftpipe", "trust.yaml");
}

/** Host and port must be equal to the letter; a key must be the one named, unless it is no other service's. */
async function trusts(url: URL, variable: string | undefined, { environment, files }: Ports): Promise<boolean> {
  const named = (environment["FTPIPE_TRUST_HOST"] ?? "").split(",").map((host) => host.trim());
  const harmless = variable === undefined || !foreignVariable.test(variable);
  if (named.includes(url.host) && harmless) return true;
  const path = trustFile(environment);
  if ((await files.stat(path)) === undefined) return false;
  const { parse } = await import("yaml");
  const content = parse(await files.readText(path)) as {
    hosts?: readonly { host?: unknown; key_env?: unknown }[];
  } | null;
  return (content?.hosts ?? []).some(
    ({ host, key_env: key }) => host === url.host && (variable === undefined || key === variable),
  );
}

import { FtpipeError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";
import type { Ports } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { readTrust, type TrustedHost, trustFile } from "./trust.ts";

/** Hosts that take paid work, and the one variable whose key may go there. */
const paidHosts: readonly { readonly origin: string; readonly variable: string }[] = [
  { origin: "https://api.openai.com", variable: "OPENAI_API_KEY" },
  { origin: "https://api.tokenfactory.nebius.com", variable: "NEBIUS_API_KEY" },
];

/** Variables that were made for a server of one's own; any other name must be paired with its host outside the repository. */
const ownVariable = /^FTPIPE_[A-Z0-9_]*KEY$/;

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
 * gets variables named `FTPIPE_…KEY`; any other host, or any other pair of host and variable, needs the trust
 * file or `FTPIPE_TRUST_HOST` (`host`, or `host=VARIABLE`), both outside the repository.
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
    if (!ownVariable.test(variable) && !(await trusts(url, variable, ports))) throw notAllowed(variable, url.host);
    return present(variable, provider, environment);
  }
  if (url.protocol !== "https:") {
    throw new FtpipeError("HOST_UNTRUSTED", `${url.origin} is not https, and not this machine.`, {
      hint: "Training data and keys go over https only.",
    });
  }
  if (!(await trusts(url, variable, ports))) {
    throw new FtpipeError("HOST_UNTRUSTED", `The host ${url.host} is not trusted: nothing was sent.`, {
      hint: `If it is yours, set FTPIPE_TRUST_HOST=${url.host}${variable === undefined ? "" : `=${variable}`}, or put into ${trustFile(environment)}:\n  hosts:\n    - { host: "${url.host}"${variable === undefined ? "" : `, key_env: ${variable}`} }`,
    });
  }
  return variable === undefined ? new Secret("none") : present(variable, provider, environment);
}

/** Whether training there costs money, whatever a pipeline says. */
export function isPaidHost({ origin }: URL): boolean {
  return paidHosts.some((paid) => paid.origin === origin);
}

function present(variable: string, provider: string, environment: Ports["environment"]): Secret {
  const value = environment[variable]?.trim();
  if (value !== undefined && /[^\x21-\x7e]/.test(value)) {
    throw new FtpipeError(
      "CREDENTIALS_MISSING",
      `${variable} holds no key: it has a space, a line break or another character that no key has.`,
      {
        hint: "Set it again; was more pasted than the key?",
      },
    );
  }
  if (value !== undefined && value !== "") return new Secret(value);
  throw new FtpipeError("CREDENTIALS_MISSING", `The provider ${provider} needs a key: ${variable} is not set.`, {
    hint: `Set it (export ${variable}=…, or --env-file F), or train on the built-in engine, with no key: --target local (a target { provider: local })`,
  });
}

function notAllowed(
  variable: string,
  host: string,
  instead = "a variable made for it, such as FTPIPE_SERVER_KEY",
): FtpipeError {
  return new FtpipeError("KEY_NOT_ALLOWED", `${variable} must not be sent to ${host}.`, {
    hint: `Use ${instead}, or allow the pair outside the repository: FTPIPE_TRUST_HOST=${host}=${variable}`,
  });
}

/** Host and port must be equal to the letter, and so must the variable, unless it was made for servers of one's own. */
async function trusts(url: URL, variable: string | undefined, ports: Ports): Promise<boolean> {
  const trusted = [...fromEnvironment(ports.environment), ...(await readTrust(ports)).hosts];
  return trusted.some(
    (entry) =>
      entry.host === url.host && (variable === undefined || entry.variable === variable || ownVariable.test(variable)),
  );
}

function fromEnvironment(environment: Ports["environment"]): readonly TrustedHost[] {
  const entries = (environment["FTPIPE_TRUST_HOST"] ?? "").split(",").map((entry) => entry.trim());
  return entries.map((entry) => {
    const [host = "", variable] = entry.split("=");
    return { host, variable };
  });
}

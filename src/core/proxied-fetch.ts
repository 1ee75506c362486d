import { isLoopback } from "./loopback.ts";

type Fetch = typeof globalThis.fetch;

/** The error code of a proxy's address that is none. */
export const proxyInvalid = "PROXY_INVALID";

/**
 * A `fetch` that goes through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, in capitals or not, as
 * curl does. Node's own looks at them only when told at its start, and would then ask the proxy for this machine
 * too: a loopback address is always asked directly.
 */
export function proxiedFetch(environment: Readonly<Record<string, string | undefined>>): Fetch {
  const value = (name: string) => environment[name.toLowerCase()] || environment[name] || "";
  const [httpProxy, httpsProxy, noProxy] = [value("HTTP_PROXY"), value("HTTPS_PROXY"), value("NO_PROXY")];
  if (httpProxy === "" && httpsProxy === "") return (input, init) => globalThis.fetch(input, init);
  let opened: Promise<Record<"direct" | "proxied", Fetch>> | undefined;
  return async (input, init) => {
    opened ??= open({ httpProxy, httpsProxy, noProxy });
    const { direct, proxied } = await opened;
    const url = new URL(input instanceof Request ? input.url : input);
    return (isLoopback(url) ? direct : proxied)(input, init);
  };
}

/** Loaded only here: who has no proxy need not wait for it. */
async function open(proxies: { readonly httpProxy: string; readonly httpsProxy: string; readonly noProxy: string }) {
  const { Agent, EnvHttpProxyAgent, fetch } = await import("undici");
  // A dispatcher works with the `fetch` of its own package only, and that one does not know Node's forms.
  const through = (dispatcher: InstanceType<typeof Agent> | InstanceType<typeof EnvHttpProxyAgent>): Fetch => {
    const send = fetch as unknown as (input: string | URL, init: object) => Promise<Response>;
    return async (input, init) => {
      if (input instanceof Request) throw new TypeError("give the address and the options, not a Request");
      return send(input, { ...init, dispatcher });
    };
  };
  try {
    return { direct: through(new Agent()), proxied: through(new EnvHttpProxyAgent(proxies)) };
  } catch {
    // The library's own words would show the address, which may hold a password.
    throw Object.assign(new Error("HTTP_PROXY or HTTPS_PROXY is no address"), { code: proxyInvalid });
  }
}

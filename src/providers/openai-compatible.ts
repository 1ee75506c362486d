import { FtpipeError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";
import { isPaidHost } from "./credentials.ts";
import { capabilitiesOption, carriesMetadata, lookUpOf, lookUpOption, withDeclared } from "./declared-capabilities.ts";
import { openaiWire, wireCapabilities } from "./openai-wire.ts";
import { type Capabilities, carefulLookUp, type LookUp, type TargetSettings } from "./provider.ts";
import { apiKeyOption, extraOption, labelOptions } from "./wire-options.ts";

/** @throws FtpipeError PIPELINE_INVALID for what has the form of an address and is none, such as `https://[x/v1`. */
function addressOf(url: unknown): URL {
  const address = URL.parse(String(url));
  if (address !== null) return address;
  throw new FtpipeError("PIPELINE_INVALID", `base_url is no address: ${String(url)}.`, {
    hint: "It has the form https://llm.example.org/v1.",
  });
}

/** What holds for a server that says nothing of it. */
function usualLookUp(target: TargetSettings): LookUp {
  return carriesMetadata(target) ? carefulLookUp : { ...carefulLookUp, jobBy: "suffix" };
}

/** Any server that speaks OpenAI's wire format: a team's own, a gateway, `ftpipe serve` on another machine. */
export const openaiCompatible = openaiWire({
  name: "openai-compatible",
  summary: "Any server that speaks OpenAI's protocol, by its base_url.",
  baseUrl: ({ base_url: url }) => addressOf(url).href.replace(/\/+$/, ""),
  options: {
    type: "object",
    required: ["base_url", "model"],
    properties: {
      base_url: {
        type: "string",
        pattern: "^https?://",
        description: "The server's address up to and with /v1.",
      },
      api_key_env: apiKeyOption("none for a server without keys"),
      trains: {
        type: "boolean",
        default: true,
        description: "false: the server only answers; then tuned_model is judged as it is.",
      },
      tuned_model: { type: "string", minLength: 1, description: "The model to judge where the server does not train." },
      ...lookUpOption(carefulLookUp),
      ...capabilitiesOption,
      ...labelOptions,
      ...extraOption,
      paid: {
        type: "boolean",
        description: "Whether training costs money, so that a run asks first. Default: true, save for this machine.",
      },
    },
  },
  optionFaults: (target) => {
    if (carriesMetadata(target)) return [];
    const hint = "Remove it, or remove capabilities.metadata: false.";
    const message = "The server's jobs carry no metadata, as capabilities say.";
    const jobBy = (target["look_up"] as { readonly job_by?: string } | undefined)?.job_by;
    return [
      ...(target["metadata"] === undefined ? [] : [{ path: "metadata", message, hint }]),
      ...(jobBy === "metadata" ? [{ path: "look_up/job_by", message, hint }] : []),
    ];
  },
  capabilities: (target) => {
    const { trains, paid, base_url: url } = target;
    const usual: Capabilities = {
      ...wireCapabilities,
      trains: trains !== false,
      // Whether it trains by reinforcement, the server says when the job is created.
      methods: trains === false ? [] : [...wireCapabilities.methods, "reinforcement"],
      paid:
        isPaidHost(addressOf(url)) ||
        (trains !== false && (typeof paid === "boolean" ? paid : !isLoopback(addressOf(url)))),
      poll: { fromMs: 1_000, toMs: 30_000 },
      lookUp: lookUpOf(target, usualLookUp(target)),
      jobsOutliveProcess: true,
    };
    return withDeclared(usual, target);
  },
});

import { createRig, type Rig, type Running, type RunOptions, tinyPipeline } from "./rig.ts";

/** A project whose target is a server of its own, and calls of that server. */
export interface ProviderRig {
  readonly rig: Rig;
  readonly ftpipe: (...words: readonly string[]) => ReturnType<Rig["ftpipe"]>;
  readonly start: (...words: readonly string[]) => Running;
  /** A folder with what is in git of the project, and the key; with the lock only if it is named. */
  readonly clone: (...more: readonly string[]) => Pick<ProviderRig, "rig" | "ftpipe" | "start">;
  readonly jobs: () => Promise<{ readonly made: number; readonly live: number }>;
  /** Of all that the server lists below a route, such as `/files`. */
  readonly ids: (route: string) => Promise<readonly string[]>;
  /** Somebody else's file. @returns Its id. */
  readonly upload: (name: string) => Promise<string>;
  readonly endServer: () => Promise<void>;
}

/** @param script Of `ftpipe serve --chaos-script`: what goes wrong. */
export async function providerRig(script = "[]"): Promise<ProviderRig> {
  // In a folder of its own, whose files hold the key that it made.
  const host = createRig({ "day.yaml": script });
  const server = host.start(["serve", "--port", "0", "--json", "--state", "server", "--chaos-script", "day.yaml"]);
  const { url, key } = JSON.parse(await server.until(/\}\n/)) as { url: string; key: string };
  const ours = `ours: { provider: openai-compatible, base_url: "${url}", model: ftpipe-nano, api_key_env: FTPIPE_OUR_KEY, paid: true, look_up: { list_lag: 1, late: 1 } }`;
  const rig = createRig(
    tinyPipeline((yaml) =>
      yaml.replace("echo: { provider: echo }", ours).replace("default_target: local", "default_target: ours"),
    ),
  );
  const headers = { authorization: `Bearer ${key}` };
  const options: RunOptions = { environment: { FTPIPE_OUR_KEY: key } };
  const calls = (of: Rig) => ({
    rig: of,
    ftpipe: (...words: readonly string[]) => of.ftpipe(words, options),
    start: (...words: readonly string[]) => of.start(words, options),
  });
  return {
    ...calls(rig),
    clone: (...more) =>
      calls(createRig(Object.fromEntries(["towns.yaml", "towns.csv", ...more].map((name) => [name, rig.read(name)])))),
    jobs: async () => {
      const answer = await fetch(`${url}/chaos`, { headers });
      return ((await answer.json()) as { jobs: { made: number; live: number } }).jobs;
    },
    ids: async (route) => {
      const answer = (await (await fetch(url + route, { headers })).json()) as { data: readonly { id: string }[] };
      return answer.data.map(({ id }) => id);
    },
    upload: async (name) => {
      const body = new FormData();
      body.set("purpose", "fine-tune");
      body.set("file", new Blob(["{}\n"]), name);
      return ((await (await fetch(`${url}/files`, { method: "POST", headers, body })).json()) as { id: string }).id;
    },
    endServer: host.end,
  };
}

import type { Ports } from "../core/ports.ts";
import type { Arguments } from "./arguments.ts";
import { askingFlags, commonFlags, type FlagTable, pipelineFlags, runFlags, waitingFlags } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandContext {
  readonly ports: Ports;
  readonly arguments: Arguments;
  readonly terminal: Terminal;
  readonly workingDirectory: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** Keeps what was read and said, where nothing was done, for the next time. */
  readonly keep?: () => Promise<void>;
}

export interface CommandModule {
  /** @returns The exit code; failures are thrown. */
  readonly run: (context: CommandContext) => Promise<number>;
}

export interface Command {
  readonly summary: string;
  /** Words after the command's name. */
  readonly words: string;
  readonly mostWords: number;
  readonly flags: FlagTable;
  readonly examples: readonly string[];
  readonly load: () => Promise<CommandModule>;
}

const pipeline = { words: "[PIPELINE]", mostWords: 1 } as const;

/** Every command. A new one is a file in `commands/` and an entry here. */
export const commands: Readonly<Record<string, Command>> = {
  init: {
    summary: "start a pipeline: a small one that runs, or one for your CSV",
    words: "[DATA.csv]",
    mostWords: 1,
    flags: {
      ...commonFlags,
      name: { type: "string", value: "NAME", summary: "the pipeline's name; default: the file's" },
    },
    examples: ["ftpipe init", "ftpipe init tickets.csv --name triage"],
    load: () => import("./commands/init.ts"),
  },
  import: {
    summary:
      "make a pipeline of a past job, of OpenAI's JSONL, or of another tool's file; changes nothing at the provider",
    words: "[JOB | FILE] [VALIDATION.jsonl]",
    mostWords: 2,
    flags: {
      ...commonFlags,
      all: { type: "boolean", summary: "every job of the account; what is deleted or expired is listed" },
      provider: { type: "string", value: "NAME", summary: "whose account it is; default: openai" },
      target: { type: "string", short: "t", value: "NAME", summary: "the account of a target of --pipeline" },
      pipeline: { type: "string", value: "FILE", summary: "the pipeline of --target; default: the only one" },
      "base-url": { type: "string", value: "URL", summary: "the account of a server that speaks OpenAI's protocol" },
      "api-key-env": { type: "string", value: "VARIABLE", summary: "holds that server's key" },
      name: { type: "string", value: "NAME", summary: "the pipeline's name; default: from the suffix, or the file" },
      artifacts: {
        type: "string",
        value: "DIR",
        summary: "put data and the API's answers there, outside of git; default: pipelines/data and imports",
      },
      into: { type: "string", value: "PIPELINE", summary: "for a promptfoo file: the pipeline that takes its tests" },
    },
    examples: [
      "ftpipe import ftjob-abc123",
      "ftpipe import --all",
      'ftpipe import --all --base-url "https://llm.example.org/v1" --api-key-env OUR_KEY',
      "ftpipe import training.jsonl validation.jsonl",
      "ftpipe import job.yaml",
      "ftpipe import promptfooconfig.yaml --into reviewer",
    ],
    load: () => import("./commands/import.ts"),
  },
  check: {
    summary: "read everything, check everything, for every target; calls nobody (alias: validate)",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      target: {
        type: "string",
        short: "t",
        value: "NAME",
        summary: "check for this target only; all: for every one, and each must take the data",
      },
      sarif: { type: "string", value: "FILE", summary: "write all problems there as SARIF, for code scanning" },
    },
    examples: [
      "ftpipe check reviewer.yaml",
      "ftpipe check reviewer.yaml --target all",
      "ftpipe check reviewer.yaml --target openai --json",
      "ftpipe check reviewer.yaml --sarif ftpipe.sarif",
    ],
    load: () => import("./commands/check.ts"),
  },
  build: {
    summary: "write train.jsonl, validation.jsonl, test.jsonl, manifest.jsonl and stats.json to .ftpipe/build/",
    ...pipeline,
    flags: { ...commonFlags, ...pipelineFlags, force: runFlags["force"] as FlagTable[string] },
    examples: ["ftpipe build reviewer.yaml"],
    load: () => import("./commands/build.ts"),
  },
  targets: {
    summary: "what a pipeline could be trained on: base models, prices, limits, dates; calls nobody",
    ...pipeline,
    flags: { ...commonFlags, set: pipelineFlags["set"] as FlagTable[string] },
    examples: ["ftpipe targets", "ftpipe targets reviewer.yaml", "ftpipe targets --json"],
    load: () => import("./commands/targets.ts"),
  },
  export: {
    summary: "write the data and a config for a trainer on your own GPUs: trl or axolotl",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      target: { type: "string", short: "t", value: "trl|axolotl", summary: "the trainer; needed" },
      from: {
        type: "string",
        value: "TARGET",
        summary: "the pipeline's target that base and hyperparameters come from; default: as for a run",
      },
      base: {
        type: "string",
        value: "HF_ID",
        summary: "the base to tune, by its name at Hugging Face, or a folder; default: the target's model",
      },
      style: {
        type: "string",
        value: "prompt-completion|messages",
        summary: "a row for each answer that is learnt (default), or one for each chat",
      },
      out: { type: "string", value: "DIR", summary: "the folder; default: .ftpipe/export/NAME/TRAINER" },
    },
    examples: [
      "ftpipe export reviewer.yaml --target trl --base Qwen/Qwen3-8B",
      "ftpipe export reviewer.yaml --target axolotl --base Qwen/Qwen3-8B --out train",
      "ftpipe export reviewer.yaml --target trl --from openai --base meta-llama/Llama-3.1-8B-Instruct",
    ],
    load: () => import("./commands/export.ts"),
  },
  clean: {
    summary:
      "remove what takes room and nothing needs, here and with --remote at the providers; keeps what a lock names",
    ...pipeline,
    flags: {
      ...commonFlags,
      remote: { type: "boolean", summary: "files at the providers too: uploads and results of ftpipe's own jobs" },
      models: { type: "boolean", summary: "with --remote: tuned models of ftpipe's own jobs as well, for good" },
      "keep-runs": {
        type: "string",
        value: "N",
        summary: "keep the last N runs of each pipeline and target; default 10",
      },
      "keep-days": { type: "string", value: "N", summary: "keep whatever is younger than N days; default 14" },
      "dry-run": { type: "boolean", summary: "show what would go, and remove nothing" },
      yes: { type: "boolean", short: "y", summary: "remove it without being asked" },
      "no-input": askingFlags["no-input"] as FlagTable[string],
    },
    examples: [
      "ftpipe clean --dry-run",
      "ftpipe clean --yes --keep-runs 3",
      "ftpipe clean reviewer.yaml --remote --dry-run",
      "ftpipe clean --remote --models --keep-days 90",
    ],
    load: () => import("./commands/clean.ts"),
  },
  why: {
    summary: "where a training line came from, or which lines came from a row",
    words: "[PIPELINE] [FILE:LINE]",
    mostWords: 2,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      key: { type: "string", short: "k", value: "KEY", summary: "every line that came from the row with this key" },
    },
    examples: ["ftpipe why reviewer train.jsonl:12", 'ftpipe why reviewer --key "desk lamp"'],
    load: () => import("./commands/why.ts"),
  },
  verify: {
    summary: "build again from nothing, and prove that data and evidence are those of the lock",
    ...pipeline,
    flags: { ...commonFlags, ...pipelineFlags },
    examples: ["ftpipe verify reviewer.yaml", "ftpipe verify reviewer.yaml --target openai"],
    load: () => import("./commands/verify.ts"),
  },
  plan: {
    summary: "what a run would do, change, create and cost; needs no key, calls nobody",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      samples: { type: "boolean", summary: "show some of the rows that changed, as they were and as they are" },
      against: {
        type: "string",
        value: "REV",
        summary: "compare with the lock of this git revision; default: the lock as it lies there",
      },
      markdown: { type: "boolean", summary: "print it as a comment for a pull request, at most 64 KiB" },
      "max-cost": { type: "string", value: "USD", summary: "fail (exit 11) if a run would cost more" },
      "new-attempt": { type: "boolean", summary: "plan to train again although nothing changed" },
    },
    examples: [
      "ftpipe plan reviewer.yaml --target openai",
      "ftpipe plan reviewer.yaml --target openai --samples",
      "ftpipe plan reviewer.yaml --against origin/main",
      "ftpipe plan reviewer.yaml --target openai --markdown > plan.md",
    ],
    load: () => import("./commands/plan.ts"),
  },
  run: {
    summary: "build, check, upload, train, wait, evaluate, gate, report, lock",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      ...runFlags,
      ...askingFlags,
      "new-attempt": { type: "boolean", summary: "train again although nothing changed" },
      frozen: { type: "boolean", summary: "fail if the lock would change" },
      "plan-hash": {
        type: "string",
        value: "HASH",
        summary: "do what `ftpipe plan` showed and nothing else: refuse (exit 11) if anything moved since",
      },
      ...waitingFlags,
      "no-wait": { type: "boolean", summary: "end once the job runs; ftpipe resume goes on" },
    },
    examples: [
      "ftpipe run reviewer.yaml",
      "ftpipe run reviewer.yaml --target openai --max-cost 5",
      "ftpipe run reviewer.yaml --target openai --yes --plan-hash $PLAN_HASH",
      "ftpipe run reviewer.yaml --target openai --yes --no-wait",
      "ftpipe run triage.yaml --set training.hyperparameters.n_epochs=4",
    ],
    load: () => import("./commands/run.ts"),
  },
  resume: {
    summary: "go on with a training that was begun, here or on another machine; begins none",
    ...pipeline,
    flags: { ...commonFlags, ...pipelineFlags, ...runFlags, ...askingFlags, ...waitingFlags },
    examples: [
      "ftpipe resume reviewer.yaml --target openai",
      "ftpipe resume reviewer.yaml --target openai --timeout 50m",
    ],
    load: () => import("./commands/resume.ts"),
  },
  status: {
    summary: "what the lock knows of each target, and how a running job does",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      follow: { type: "boolean", short: "f", summary: "look at the target's job until it ends, wherever it was begun" },
      timeout: { type: "string", value: "90m", summary: "with --follow: longest look (exit 10)" },
    },
    examples: ["ftpipe status reviewer.yaml", "ftpipe status reviewer.yaml --target openai --follow"],
    load: () => import("./commands/status.ts"),
  },
  pause: {
    summary: "pause the running job of a target, or the job that is named; resume goes on with it",
    words: "[PIPELINE] [JOB]",
    mostWords: 2,
    flags: { ...commonFlags, ...pipelineFlags },
    examples: ["ftpipe pause reviewer.yaml --target openai"],
    load: () => import("./commands/pause.ts"),
  },
  cancel: {
    summary: "cancel the running job of a target, or the job that is named",
    words: "[PIPELINE] [JOB]",
    mostWords: 2,
    flags: { ...commonFlags, ...pipelineFlags },
    examples: [
      "ftpipe cancel reviewer.yaml --target openai",
      "ftpipe cancel reviewer.yaml ftjob-7d0e1c2b --target openai",
    ],
    load: () => import("./commands/cancel.ts"),
  },
  promote: {
    summary: "accept the candidate although its gate did not pass; the reason is kept in the lock",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      reason: { type: "string", value: "TEXT", summary: "why it is accepted; needed" },
    },
    examples: ['ftpipe promote reviewer.yaml --target openai --reason "reads better in a blind test of 40 reviews"'],
    load: () => import("./commands/promote.ts"),
  },
  rollback: {
    summary: "accept again the model that was accepted before",
    ...pipeline,
    flags: { ...commonFlags, ...pipelineFlags },
    examples: ["ftpipe rollback reviewer.yaml --target openai"],
    load: () => import("./commands/rollback.ts"),
  },
  repair: {
    summary: "put a damaged lock together again, from what is left of it, this machine and the providers",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      yes: { type: "boolean", short: "y", summary: "write the lock without being asked" },
      "no-input": askingFlags["no-input"] as FlagTable[string],
    },
    examples: ["ftpipe repair reviewer.yaml", "ftpipe repair reviewer.yaml --target openai --yes"],
    load: () => import("./commands/repair.ts"),
  },
  eval: {
    summary: "evaluate, gate and report without training",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      ...askingFlags,
      model: {
        type: "string",
        short: "m",
        value: "ID",
        summary: "the model to judge; default: the target's last tuned model",
      },
    },
    examples: ["ftpipe eval reviewer.yaml", "ftpipe eval reviewer.yaml --target echo"],
    load: () => import("./commands/eval.ts"),
  },
  rescue: {
    summary: "record what a dying model answers, as a baseline for its successors",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      ...askingFlags,
      model: {
        type: "string",
        short: "m",
        value: "ID",
        summary: "the model; default: the accepted one of the target that is shut down",
      },
      name: {
        type: "string",
        value: "NAME",
        summary: "what recorded:NAME will stand for; default: made from the model's name",
      },
      prompts: {
        type: "string",
        value: "N",
        summary: "held-out prompts to ask beside the evaluation's cases; default: 100",
      },
      all: { type: "boolean", summary: "every tuned model of the accounts and locks that the pipelines here know" },
      "dry-run": { type: "boolean", summary: "show what would be asked and what it would cost; nothing is asked" },
    },
    examples: [
      "ftpipe rescue reviewer.yaml --target openai --name old --dry-run",
      "ftpipe rescue reviewer.yaml --target openai --name old --yes --max-cost 1",
      "ftpipe rescue reviewer.yaml --model ft:gpt-4.1-mini-2025-04-14:acme:reviewer:Bx12",
      "ftpipe rescue --all --dry-run",
    ],
    load: () => import("./commands/rescue.ts"),
  },
  chat: {
    summary: "talk to the tuned model",
    words: "[PIPELINE] [MESSAGE]",
    mostWords: 2,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      model: { type: "string", short: "m", value: "ID", summary: "the model; default: the target's last tuned model" },
      temperature: {
        type: "string",
        value: "T",
        summary: "0 (always the likeliest word) to 2; default: the evaluation's",
      },
    },
    examples: ["ftpipe chat reviewer.yaml", 'ftpipe chat reviewer.yaml "Review this product: a garden gnome."'],
    load: () => import("./commands/chat.ts"),
  },
  report: {
    summary: "show the last run's report, or that of a model, from the evidence that its run left",
    ...pipeline,
    flags: {
      ...commonFlags,
      ...pipelineFlags,
      model: { type: "string", short: "m", value: "ID", summary: "a model of the lock; default: the last run here" },
    },
    examples: [
      "ftpipe report reviewer.yaml",
      "ftpipe report reviewer.yaml --json",
      "ftpipe report reviewer.yaml --model ft:gpt-4.1-mini-2025-04-14:acme:reviewer:b7s2",
    ],
    load: () => import("./commands/report.ts"),
  },
  serve: {
    summary: "serve the built-in engine over OpenAI's protocol",
    words: "",
    mostWords: 0,
    flags: {
      ...commonFlags,
      port: { type: "string", value: "8231", summary: "the port on 127.0.0.1; default 8231" },
      state: { type: "string", value: "DIR", summary: "where files, jobs and models lie; default .ftpipe/serve" },
      chaos: {
        type: "string",
        value: "seed=N,FAULT=RATE,…",
        summary: "go wrong on purpose, to test a client; only a seed: a bit of everything. See docs/chaos.md",
      },
      "chaos-script": {
        type: "string",
        value: "FILE",
        summary: "go wrong at given requests: a list of { route, n, fault }, or the chaos.jsonl of an earlier server",
      },
      "seed-state": {
        type: "string",
        value: "FILE",
        summary: "fill an empty state folder with files, jobs and models of the past. See docs/serve.md",
      },
    },
    examples: [
      "ftpipe serve",
      "ftpipe serve --port 9000 --state /tmp/models",
      "ftpipe serve --seed-state past.json --state /tmp/past",
      "ftpipe serve --chaos seed=7",
      "ftpipe serve --chaos seed=7,lost_answer=0.1,late@create_job=0.05:2s",
    ],
    load: () => import("./commands/serve.ts"),
  },
};

/** Other names that people type. */
export const aliases: Readonly<Record<string, string>> = { validate: "check" };

import type { Problem } from "../../core/errors.ts";

/** What became of one job or file. */
export interface ImportResult {
  /** Of a job its id, else the file. */
  readonly from: string;
  readonly status: string;
  readonly method?: string | undefined;
  readonly base?: string | undefined;
  readonly model?: string | undefined;
  /** Whether the tuned model still answers; undefined where there is none. */
  readonly model_answers?: boolean | undefined;
  /** Path of the pipeline; undefined where none could be made. */
  readonly pipeline?: string | undefined;
  /** All that was written, with what it is. */
  readonly files: readonly { readonly path: string; readonly what: string }[];
  /** The folder of the API's own answers. */
  readonly raw?: string | undefined;
  readonly template?: TemplateResult | undefined;
  /** What no pipeline can carry over. */
  readonly not_carried: readonly string[];
  /** What of the job the account does not give any more. */
  readonly missing: readonly { readonly kind: "file" | "model"; readonly what: string; readonly because: string }[];
  /** Why there is no pipeline, or what is wrong with its data. */
  readonly problems: readonly Problem[];
  /** Whether it was imported before, and nothing was done now. */
  readonly before?: boolean;
}

export type TemplateResult =
  | {
      readonly proposed: true;
      readonly lines: number;
      readonly columns: readonly string[];
      /** bytes: the built file is the job's, byte for byte. messages: every message is, and the JSON around them is written in another way. */
      readonly same: "bytes" | "messages";
    }
  | { readonly proposed: false; readonly because: string; readonly share?: number; readonly template?: string };

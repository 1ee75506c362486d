/** An object as it came over the wire: kept raw, because an import must lose nothing that it does not know. */
export interface WireObject {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Takes the bytes of a file. */
export interface ContentSink {
  /** Called before the first byte, and again where a transfer that broke off begins anew. */
  readonly begin: () => Promise<void>;
  readonly write: (chunk: Uint8Array) => Promise<void>;
}

/**
 * What an account holds at a provider, beyond the one job of a run: for import, rescue and clean. Lists are newest
 * first, as the wire has them. Every method rejects with FtpipeError as `Connection` says; what is not there (404) is
 * `undefined`, or `false` where there is nothing to give.
 */
export interface Account {
  /** Where it is, as messages name it. */
  readonly host: string;
  jobs(signal?: AbortSignal): AsyncIterable<WireObject>;
  job(id: string, signal?: AbortSignal): Promise<WireObject | undefined>;
  /** Oldest first. */
  jobEvents(id: string, signal?: AbortSignal): Promise<readonly WireObject[]>;
  /** Oldest first. */
  jobCheckpoints(id: string, signal?: AbortSignal): Promise<readonly WireObject[]>;
  files(signal?: AbortSignal): AsyncIterable<WireObject>;
  file(id: string, signal?: AbortSignal): Promise<WireObject | undefined>;
  /** Reads a file's bytes into the sink, whole. @returns Whether there is such a file. */
  content(id: string, sink: ContentSink, signal?: AbortSignal): Promise<boolean>;
  /** @returns Whether there was such a file. */
  deleteFile(id: string, signal?: AbortSignal): Promise<boolean>;
  models(signal?: AbortSignal): AsyncIterable<WireObject>;
  model(id: string, signal?: AbortSignal): Promise<WireObject | undefined>;
  /** @returns Whether there was such a model. */
  deleteModel(id: string, signal?: AbortSignal): Promise<boolean>;
}

import type { Clock } from "../core/ports.ts";
import { invalid } from "./api-error.ts";
import { defaultSeed, jobHash, jobId, jobIdentity } from "./ids.ts";
import { jobEvents } from "./job-events.ts";
import { methodFields } from "./job-method.ts";
import type { JobRequest } from "./job-request.ts";
import { baseOf } from "./models.ts";
import type { OwnJob, Store } from "./store.ts";
import type { JobObject } from "./wire.ts";

/**
 * Writes a job down; it waits for its validation.
 * @throws ApiError 400 for a model or file that is not there or of no use.
 */
export function createJob(
  request: JobRequest,
  { store, clock, organization }: { readonly store: Store; readonly clock: Clock; readonly organization: string },
): JobObject {
  const base = baseOf(request.model, { store, clock });
  if (base === undefined) {
    throw invalid(`Model ${request.model} is not available for fine-tuning or does not exist.`, "model");
  }
  checkFile(store, request.training_file, "training_file");
  if (request.validation_file !== null) checkFile(store, request.validation_file, "validation_file");
  const identity = jobIdentity(request);
  return store.transaction(() => {
    const hash = jobHash(identity, store.occurrence(identity));
    const job: OwnJob = {
      id: jobId(hash),
      hash,
      base,
      overContext: request.over_context,
      wire: {
        object: "fine_tuning.job",
        id: jobId(hash),
        model: request.model,
        created_at: Math.floor(clock.now() / 1000),
        finished_at: null,
        fine_tuned_model: null,
        organization_id: `org-${organization}`,
        result_files: [],
        status: "validating_files",
        validation_file: request.validation_file,
        training_file: request.training_file,
        ...methodFields(request.method),
        trained_tokens: null,
        error: {},
        user_provided_suffix: request.suffix,
        seed: request.seed ?? defaultSeed(identity),
        estimated_finish: null,
        integrations: [],
        metadata: request.metadata,
        usage_metrics: null,
        shared_with_openai: false,
        eval_id: null,
      },
    };
    store.jobs.insert(job);
    jobEvents(store, job, clock).created();
    return job.wire;
  });
}

function checkFile(store: Store, id: string, param: string): void {
  const file = store.files.get(id);
  if (file === undefined) throw invalid(`File '${id}' does not exist.`, param);
  if (file.purpose !== "fine-tune") {
    throw invalid(`File '${id}' has the purpose '${file.purpose}', but must have 'fine-tune'.`, param);
  }
}

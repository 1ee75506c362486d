import type { StepMetrics } from "../engine/engine.ts";
import { eventId } from "./ids.ts";
import type { Store, StoredJob } from "./store.ts";
import type { EventObject } from "./wire.ts";

type News = Pick<EventObject, "message"> & Partial<Pick<EventObject, "level" | "data" | "type">>;

/**
 * Writes an event under a key, once: a job that goes on after a kill tells its story without repeating itself.
 * @param key What happened, such as `step 12`. @param now Milliseconds since 1970.
 */
function write(
  store: Store,
  job: StoredJob,
  { key, now, ...news }: News & { readonly key: string; readonly now: number },
) {
  const event: EventObject = {
    object: "fine_tuning.job.event",
    id: eventId(job.hash, key),
    created_at: Math.floor(now / 1000),
    level: "info",
    data: {},
    type: "message",
    ...news,
  };
  store.events.insert(event, job.id);
}

/** So many line numbers are named in an event. */
const linesShown = 20;

/** The events of a job, in the order and the words of OpenAI's API. */
export function jobEvents(store: Store, job: StoredJob, clock: { now(): number }) {
  const say = (key: string, news: News) => write(store, job, { key, now: clock.now(), ...news });
  const { training_file: training, validation_file: validation } = job.wire;
  return {
    created: () => say("created", { message: `Created fine-tuning job: ${job.id}` }),
    validating: () => {
      const also = validation == null ? "" : ` and validation file: ${validation}`;
      say("validating", { message: `Validating training file: ${training}${also}` });
    },
    cut: (file: string, lines: readonly number[]) => {
      const shown = lines.slice(0, linesShown).join(", ");
      const more = lines.length > linesShown ? `, and ${lines.length - linesShown} more` : "";
      const subject = lines.length === 1 ? "1 example is" : `${lines.length} examples are`;
      say(`cut ${file}`, {
        message: `${subject} longer than the model's context and cut at its end: line ${shown}${more} of ${file}`,
        level: "warn",
      });
    },
    validated: () => say("validated", { message: "Files validated, moving job to queued state" }),
    started: () => say("started", { message: "Fine-tuning job started", data: null }),
    step: (metrics: StepMetrics) =>
      say(`step ${metrics.step}`, {
        message: stepMessage(metrics),
        type: "metrics",
        data: { ...stepData(metrics), total_steps: metrics.totalSteps },
      }),
    checkpoint: (step: number, name: string) =>
      say(`checkpoint ${step}`, { message: `Checkpoint created at step ${step} with Snapshot ID: ${name}` }),
    model: (name: string) => say("model", { message: `New fine-tuned model created: ${name}` }),
    completed: () => say("completed", { message: "The job has successfully completed" }),
    failed: (message: string) => say("failed", { message, level: "error" }),
    // Both may come again.
    paused: () => say(`paused ${store.events.all(job.id).length}`, { message: "Fine-tuning job paused" }),
    resumed: () => say(`resumed ${store.events.all(job.id).length}`, { message: "Fine-tuning job resumed" }),
    cancelled: () => say("cancelled", { message: "Fine-tuning job cancelled", level: "warn" }),
  };
}

function stepMessage({ step, totalSteps, trainLoss, validationLoss }: StepMetrics): string {
  const training = `Step ${step}/${totalSteps}: training loss=${trainLoss.toFixed(2)}`;
  if (validationLoss === undefined) return training;
  const loss = validationLoss.toFixed(2);
  return `${training}, validation loss=${loss}, full validation loss=${loss}`;
}

/** The figures of a step under OpenAI's names. The engine always validates on the whole file, so both losses are one. */
export function stepData(metrics: StepMetrics): Readonly<Record<string, number>> {
  const { validationLoss, validationAccuracy } = metrics;
  return {
    step: metrics.step,
    train_loss: metrics.trainLoss,
    train_mean_token_accuracy: metrics.trainAccuracy,
    ...(validationLoss === undefined ? {} : { valid_loss: validationLoss, full_valid_loss: validationLoss }),
    ...(validationAccuracy === undefined
      ? {}
      : { valid_mean_token_accuracy: validationAccuracy, full_valid_mean_token_accuracy: validationAccuracy }),
  };
}

const header = "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy";

/** The result file's text: a line a step, empty cells where no validation ran. Losses with five decimals. */
export function stepMetricsCsv(events: readonly EventObject[]): string {
  const rows = events
    .filter(({ type }) => type === "metrics")
    .map(({ data }) => {
      const cell = (name: string) => {
        const value = data?.[name];
        return typeof value === "number" ? value.toFixed(5) : "";
      };
      const cells = ["train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy"].map(cell);
      return `${data?.["step"]},${cells.join(",")}\n`;
    });
  return `${header}\n${rows.join("")}`;
}

import { Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from "listr2";
import type { RunEvent } from "../run/events.ts";
import { printable, type Terminal } from "./terminal.ts";
import { duration, nameWidth, type RunView, type StageGroup } from "./views/view.ts";

type Task = ListrTaskWrapper<unknown, never, never>;

interface Shown {
  readonly done: PromiseWithResolvers<void>;
  task: Task | undefined;
  /** What to show once listr starts the task. */
  title: string;
}

/**
 * Draws the stages as a listr2 task list on stderr: what is done with its result, what runs with its live
 * line, what is to come. The runner decides the order; a task only waits for its stage.
 * @param groups A list of its own for each, so that a question can stand between them.
 */
export function taskView(groups: readonly StageGroup[], terminal: Terminal): RunView {
  const shown = new Map<string, Shown>();
  for (const name of groups.flatMap(({ names }) => names)) {
    shown.set(name, { done: Promise.withResolvers(), task: undefined, title: name });
  }
  let current: { readonly group: StageGroup; readonly ended: Promise<void> } | undefined;

  const start = (group: StageGroup) => {
    const list = new Listr<unknown>(
      group.names.map((name) => ({
        title: name,
        task: async (_context: unknown, task: unknown) => {
          const item = shown.get(name) as Shown;
          item.task = task as Task;
          item.task.title = item.title;
          await item.done.promise;
        },
      })),
      {
        concurrent: false,
        exitOnError: true,
        // Its own handler would end the process before ours has saved anything.
        registerSignalListeners: false,
        renderer: "default",
        rendererOptions: {
          showErrorMessage: false,
          collapseErrors: false,
          formatOutput: "truncate",
          logger: new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(process.stderr, process.stderr) }),
        },
      },
    );
    // One list is drawn at a time: the next begins when the one before has drawn its last line. The failure
    // itself is reported by whoever runs the stages.
    const before = current?.ended ?? Promise.resolve();
    current = { group, ended: before.then(() => list.run()).then(ignore, ignore) };
  };
  const retitle = (name: string, title: string) => {
    const item = shown.get(name);
    if (item === undefined) return;
    item.title = title;
    if (item.task !== undefined) item.task.title = title;
  };
  const stop = async () => {
    if (current === undefined) return;
    for (const name of current.group.names) (shown.get(name) as Shown).done.resolve();
    await current.ended;
    current = undefined;
  };

  return {
    emit: (event: RunEvent) => {
      if (event.type === "run_started")
        terminal.note(`${terminal.paint("bold", `${event.pipeline} → ${event.target}`)} (${event.model})\n`);
      if (!("stage" in event) || event.stage === undefined) return;
      const group = groups.find(({ names }) => names.includes(event.stage as string));
      if (group === undefined) return;
      if (current?.group !== group) start(group);
      const item = shown.get(event.stage) as Shown;
      if (event.type === "stage_progress") {
        const text = event.message.slice(0, Math.max(20, terminal.width - nameWidth - 4));
        retitle(event.stage, `${event.stage.padEnd(nameWidth)} ${printable(text)}`);
      }
      if (event.type === "stage_finished") {
        retitle(event.stage, finishedTitle(event, terminal));
        item.done.resolve();
      }
      if (event.type === "stage_failed") {
        retitle(event.stage, `${event.stage.padEnd(nameWidth)} ${event.code}`);
        item.done.reject(new Error(event.code));
        // Nobody waits for it if listr has not come to this task yet.
        item.done.promise.catch(() => {});
      }
    },
    pause: stop,
    end: stop,
  };
}

const ignore = () => {};

function finishedTitle(event: Extract<RunEvent, { type: "stage_finished" }>, { paint }: Terminal): string {
  const time =
    event.action === "reused" ? "unchanged" : event.action === "skipped" ? "skipped" : duration(event.milliseconds);
  const quick = event.action === "ran" && event.milliseconds < 1000;
  const notes = [event.note, quick ? undefined : time].filter((note) => note !== undefined && note !== "");
  return `${event.stage.padEnd(nameWidth)} ${printable(event.text).padEnd(48)} ${paint("dim", printable(notes.join("   ")))}`.trimEnd();
}

/** What `run`, `resume` and `quickstart` share: signals, display, the table at the end, and the exit status. */
import { TunesmithError } from "../../base/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { Notifications, nothingKnown, type KnownState, type NotifySettings } from "../notifications/index.ts";
import { isCommandDocument } from "../spec/index.ts";
import { runStudy, type RunOutcome, type RunStudyOptions } from "../worker/index.ts";
import { createDisplay } from "./board/create-display.ts";
import type { CliContext } from "./context.ts";
import { renderFront } from "./records/configurations-view.ts";
import { withStudy } from "./records/open-study.ts";
import { describeBest, findBest } from "./records/study-view.ts";
import { listenForSignals, type Signals } from "./signals.ts";
import {
  listTrialViews,
  renderTrials,
  trialColumn,
  usualColumns,
  type TrialView,
} from "./records/trial-view.ts";

export interface RunAndReportOptions extends Omit<RunStudyOptions, "onEvent" | keyof Signals> {
  /** Called when the study is in the store and its workers train. */
  readonly onStarted?: () => void;
  /** Who is told of news. */
  readonly notify?: NotifySettings | null;
  /** A command line that starts the same again, for a run that ends before its study is created. */
  readonly startAgain: string;
}

/** Runs the study, shows its progress, prints its trials, and sets the exit status. */
export async function runAndReport(context: CliContext, options: RunAndReportOptions): Promise<void> {
  const name = typeof options.study === "string" ? options.study : options.study.name;
  const display = createDisplay(context);
  let outcome: RunOutcome;
  const onWarning = (message: string) => display.onEvent({ kind: "warning", slot: 0, message });
  const notify = async (known?: ReadonlyMap<string, KnownState>) => {
    const { notify: settings, store } = options;
    if (!settings) return undefined;
    return Notifications.start({ ...settings, store, studies: [name], onWarning, ...(known && { known }) });
  };
  // There may be no store before a new study is in it.
  let notifications = typeof options.study === "string" ? notify() : Promise.resolve(undefined);
  await notifications;
  const signals = listenForSignals({
    onStop: () => display.setStatus("saving running trials (Ctrl-C again: stop now)"),
    onDrain: () => display.setStatus("finishing running trials"),
    exitNow: (status) => {
      display.close();
      context.process.stderr.write(`stopped now; go on with\n${context.commandLine("resume", name)}\n`);
      process.exit(status);
    },
  });
  try {
    outcome = await runStudy({
      ...options,
      onEvent: (event) => {
        display.onEvent(event);
        if (event.kind !== "study-started") return;
        options.onStarted?.();
        if (typeof options.study !== "string") notifications = notify(new Map([[name, nothingKnown]]));
      },
      stop: signals.stop,
      drain: signals.drain,
      kill: signals.kill,
    });
  } finally {
    await (await notifications)?.end();
    signals.dispose();
    display.close();
  }
  if (outcome.progress === null) {
    context.exitStatus = 130;
    context.process.stderr.write(
      `stopped before the study was created; start it again with\n${options.startAgain}\n`,
    );
    return;
  }
  await report(context, name, outcome);
}

async function report(context: CliContext, name: string, outcome: RunOutcome): Promise<void> {
  const { end } = outcome;
  const trials = await withStudy(context, name, async (opened) => {
    const { storage, study } = opened;
    const views = await listTrialViews(storage, study.record);
    const best = await findBest(study);
    if (context.isJson) {
      const interval = best?.interval ?? null;
      context.printJson({
        study: name,
        end,
        progress: outcome.progress,
        best: best?.trial.number ?? null,
        interval,
        replicates: best?.replicates ?? null,
        trials: views,
      });
      return views;
    }
    const columns = usualColumns(study.record.definition).map((column) =>
      trialColumn(column, study.record.definition)!,
    );
    const options = { style: context.styleOf("stdout"), width: context.width };
    context.print(renderTrials(views, columns, options));
    const front = await renderFront(opened, options);
    if (front !== null) context.print(`\n${front}`);
    const ended = outcome.progress?.ended ?? null;
    if (ended !== null) context.print(`\nended early: ${ended.message}`);
    if (best !== null) context.print(`\nbest ${describeBest(best)}`);
    if (end === "finished") printNextCommands(context, study.record.definition, best?.trial.number);
    return views;
  });
  context.exitStatus = exitStatusOf(outcome, trials);
  if (context.exitStatus === 5) {
    throw new TunesmithError("NO_RESULT", {
      message: `study \`${name}\`: the time limit ended the run before any trial was completed.`,
      hint: `Go on with it by \`${context.commandLine("resume", name)}\`.`,
    });
  }
  if (end !== "finished")
    context.process.stderr.write(`saved; go on with\n${context.commandLine("resume", name)}\n`);
}

function printNextCommands(
  context: CliContext,
  { name, baseDocument }: StudyDefinition,
  best: number | undefined,
): void {
  const commands: readonly (readonly [string, string])[] = [
    [context.commandLine("show", name), "what was run"],
    ...(best === undefined
      ? []
      : ([[context.commandLine("show", name, String(best)), "the best trial and its curves"]] as const)),
    ...(best === undefined || isCommandDocument(baseDocument)
      ? []
      : ([
          [context.commandLine("reproduce", name, String(best)), "train it again: the same bits"],
          [context.commandLine("test", name), "measure the best on the locked test split, once"],
        ] as const)),
    [context.commandLine("export", name, "-o", "trials.csv"), "all trials as a table"],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const style = context.styleOf("stderr");
  context.note(
    `\nnext:\n${commands.map(([command, why]) => `  ${command.padEnd(width)}  ${style.faint(why)}`).join("\n")}`,
  );
}

/**
 * 130 interrupted; 5 a limit before any result; 1 when more than half of the ended trials failed, or none has a
 * result. A diverged trial is a result of the search and counts as failed only when nothing else came of the study.
 */
export function exitStatusOf(
  { end }: Pick<RunOutcome, "end">,
  trials: readonly Pick<TrialView, "state" | "reason">[],
): number {
  if (end === "interrupted") return 130;
  const completed = trials.filter(({ state }) => state === "completed").length;
  const ended = trials.filter(
    ({ state }) => state === "completed" || state === "failed" || state === "stopped",
  ).length;
  const broken = trials.filter(
    ({ state, reason }) => state === "failed" && reason?.kind !== "diverged",
  ).length;
  if (completed === 0) return end === "time-limit" ? 5 : end === "finished" ? 1 : 0;
  return broken > ended / 2 ? 1 : 0;
}

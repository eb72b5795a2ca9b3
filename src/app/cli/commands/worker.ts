import { availableParallelism } from "node:os";

import { Option, type Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import { backendNames, type BackendName } from "../../../learning/runtime/index.ts";
import { Notifications } from "../../notifications/index.ts";
import { parseAllowedPrograms, runWorker, type WorkerEvent } from "../../worker/index.ts";
import { WorkerLines } from "../board/worker-lines.ts";
import { parseCount, type CliContext } from "../context.ts";
import { addNotifyOptions, notifySettings, type NotifyOptions } from "../notify-options.ts";
import { parseLabels } from "../run-options.ts";
import { listenForSignals } from "../signals.ts";

interface WorkerOptions extends NotifyOptions {
  readonly workers?: number;
  readonly labels?: readonly string[];
  readonly allowCommands?: string;
  readonly backend?: BackendName;
  readonly once?: boolean;
  readonly exitWhenDone?: boolean;
}

export function registerWorker(program: Command, context: CliContext): void {
  const command = program
    .command("worker")
    .description("run trials of the store's studies, from this or any other machine")
    .argument("[studies...]", "names of studies (default: all that have trials left, the oldest first)")
    .option("--workers <n>", "worker processes, one trial each (default: the cores)", parseCount("--workers"))
    .option("--labels <list>", "what these workers have, such as gpu,big: trials may ask for it", parseLabels)
    .option("--allow-commands <list>", "programs and study files that studies of the store may run here")
    .option("--once", "end after one trial of each process")
    .option("--exit-when-done", "end when no trial is left, in place of waiting for more")
    .addOption(
      new Option("--backend <name>", "where to compute (default: the fastest)").choices(backendNames),
    );
  addNotifyOptions(command)
    .addHelpText(
      "after",
      "\nCtrl-C and SIGTERM save the running trials and hand them back; SIGUSR1 and `tunesmith drain` let them come to their end.",
    )
    .action((studies: readonly string[], options: WorkerOptions) => work(context, studies, options));
}

async function work(context: CliContext, studies: readonly string[], options: WorkerOptions): Promise<void> {
  const { once: isOnce = false, exitWhenDone = false, allowCommands } = options;
  if (isOnce && exitWhenDone) {
    throw new TunesmithError("INVALID_USAGE", {
      message: "worker: expected `--once` or `--exit-when-done`, got both.",
      hint: "`--once` also ends when no trial is left.",
    });
  }
  const settings = notifySettings(options);
  const { stderr } = context.process;
  const lines = new WorkerLines(stderr, { style: context.styleOf("stderr"), isQuiet: context.isQuiet });
  const tally = new Tally();
  const notifications =
    settings &&
    (await Notifications.start({
      ...settings,
      store: context.store,
      studies: studies.length === 0 ? null : studies,
      onWarning: (message) => lines.warn(message),
    }));
  const signals = listenForSignals({
    onStop: () => lines.line("saving running trials (Ctrl-C again: stop now)"),
    onDrain: () => lines.line("finishing running trials"),
    exitNow: (status) => {
      stderr.write("stopped now; the trials that ran are taken up by other workers\n");
      process.exit(status);
    },
  });
  try {
    const { end, left } = await runWorker({
      store: context.store,
      files: context.files,
      dataDir: context.dataDir,
      studies,
      workers: options.workers ?? availableParallelism(),
      labels: options.labels,
      allowed: allowCommands === undefined ? [] : await parseAllowedPrograms(allowCommands),
      backend: options.backend,
      until: isOnce || exitWhenDone ? "finished" : "drained",
      mostTrials: isOnce ? 1 : undefined,
      ...signals,
      onEvent: (event) => {
        lines.onEvent(event);
        tally.count(event);
      },
    });
    context.exitStatus = end === "interrupted" ? 130 : 0;
    if (!context.isJson) return;
    const reasons = [...left].map(([study, { code, message }]) => ({ study, code, message }));
    context.printJson({ end, studies: tally.studies, left: reasons });
  } finally {
    await notifications?.end();
    signals.dispose();
  }
}

/** How attempts ended, by study: as long as a worker may live, a list of them would grow without end. */
class Tally {
  readonly studies: Record<string, Record<string, number>> = {};

  count(event: WorkerEvent): void {
    if (event.kind !== "trial-ended") return;
    const outcomes = (this.studies[event.study!] ??= {});
    outcomes[event.outcome] = (outcomes[event.outcome] ?? 0) + 1;
  }
}

import { availableParallelism } from "node:os";

import { Option, type Command } from "commander";

import { backendNames, type BackendName } from "../../learning/runtime/index.ts";
import type { CliContext } from "./context.ts";
import { parseCount } from "./context.ts";
import { parseDuration } from "./output/duration.ts";

/** Options of a verb that trains. */
export interface RunOptions {
  readonly workers?: number;
  readonly timeLimit?: number;
  readonly backend?: BackendName;
}

export const toleranceHelp = `
Ctrl-C saves the running trials and stops; a second one stops at once. Exit status 1 means that more than half of the
trials failed, or that none has a result; a trial that diverged is a result and does not count as failed.`;

export function addRunOptions(command: Command): Command {
  return command
    .option("--workers <n>", "worker processes, one trial each (default: the cores)", parseCount("--workers"))
    .option("--time-limit <time>", "save and stop after 30s, 30m, 2h ...", (text) =>
      parseDuration(text, "--time-limit"),
    )
    .addOption(
      new Option("--backend <name>", "where to compute (default: the fastest)").choices(backendNames),
    );
}

/** The options as `runStudy` takes them. */
export function runSettings(context: CliContext, { workers, timeLimit, backend }: RunOptions) {
  return {
    store: context.store,
    workers: workers ?? availableParallelism(),
    backend,
    dataDir: context.dataDir,
    timeLimitMs: timeLimit,
  };
}

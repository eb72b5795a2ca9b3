import { availableParallelism } from "node:os";

import { Option, type Command } from "commander";

import { TunesmithError } from "../../base/index.ts";
import { backendNames, type BackendName } from "../../learning/runtime/index.ts";
import type { CliContext } from "./context.ts";
import { parseCount } from "./context.ts";
import { parseDuration } from "./output/duration.ts";

/** Options of a verb that trains. */
export interface RunOptions {
  readonly workers?: number;
  readonly timeLimit?: number;
  readonly backend?: BackendName;
  readonly labels?: readonly string[];
}

export const toleranceHelp = `
Ctrl-C saves the running trials and stops; a second one stops at once. Exit status 1 means that more than half of the
trials failed, or that none has a result; a trial that diverged is a result and does not count as failed.`;

export function addRunOptions(command: Command): Command {
  return command
    .option("--workers <n>", "worker processes, one trial each (default: the cores)", parseCount("--workers"))
    .option("--labels <list>", "what these workers have, such as gpu,big: trials may ask for it", parseLabels)
    .option("--time-limit <time>", "save and stop after 30s, 30m, 2h ...", (text) =>
      parseDuration(text, "--time-limit"),
    )
    .addOption(
      new Option("--backend <name>", "where to compute (default: the fastest)").choices(backendNames),
    );
}

/** @throws INVALID_USAGE */
export function parseLabels(text: string): readonly string[] {
  const labels = text.split(",").map((label) => label.trim());
  const wrong = labels.find((label) => !/^[\w.-]{1,63}$/.test(label));
  if (wrong === undefined) return [...new Set(labels)];
  throw new TunesmithError("INVALID_USAGE", {
    message: `--labels: expected words of letters, digits, \`_\`, \`.\` and \`-\` with commas between them, got ${JSON.stringify(wrong)}.`,
    hint: "For example: --labels gpu,big",
  });
}

/** The options as `runStudy` takes them. */
export function runSettings(context: CliContext, { workers, timeLimit, backend, labels }: RunOptions) {
  return {
    store: context.store,
    files: context.files,
    workers: workers ?? availableParallelism(),
    labels,
    backend,
    dataDir: context.dataDir,
    timeLimitMs: timeLimit,
  };
}

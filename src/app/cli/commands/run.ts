import type { Command } from "commander";

import { lintStudy, loadStudyFile, parseOverride, type Override } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";
import { parseCount } from "../context.ts";
import { announceStart, runDetached } from "../detach.ts";
import { addNotifyOptions, notifySettings, type NotifyOptions } from "../notify-options.ts";
import { readingOptions } from "../output/reading-progress.ts";
import { readingLines, refuseErrors, warningLines } from "../output/findings.ts";
import { learnFromOthers } from "../records/learn-from-others.ts";
import { checkStudyIsNew } from "../records/open-study.ts";
import { runAndReport } from "../run-and-report.ts";
import { addRunOptions, runSettings, toleranceHelp, type RunOptions } from "../run-options.ts";

interface RunCommandOptions extends RunOptions, NotifyOptions {
  readonly name?: string;
  readonly seed?: string;
  readonly maxTrials?: number;
  readonly set?: readonly string[];
  readonly detach?: boolean;
}

export function registerRun(program: Command, context: CliContext): void {
  const command = program
    .command("run")
    .description("run a study from a YAML or TypeScript study file")
    .argument("<file>", "study file")
    .option("--name <name>", "name of the study in place of the file's")
    .option("--seed <seed>", "seed in place of the file's")
    .option("--max-trials <n>", "number of trials in place of the file's", parseCount("--max-trials"))
    .option("--set <path=value>", "a value in place of the file's; may be given again", collect)
    .option("--detach", "run in the background and return");
  addNotifyOptions(addRunOptions(command))
    .addHelpText("after", toleranceHelp)
    .action((file: string, options: RunCommandOptions) => run(context, file, options));
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function run(context: CliContext, file: string, options: RunCommandOptions): Promise<void> {
  const notify = notifySettings(options);
  const checked = await loadStudyFile(file, { overrides: overridesOf(options) });
  const { definition } = checked;
  await checkStudyIsNew(context, definition.name);
  const { sources, end } = readingOptions(context);
  const findings = await lintStudy(checked, { sources }).finally(end);
  refuseErrors(findings);
  const warnings = [...readingLines(file, checked.warnings), ...warningLines(findings)];
  if (warnings.length > 0) context.note(warnings.join("\n"));
  const study = await learnFromOthers(context, checked);
  if (options.detach === true) return runDetached(context, definition.name);
  return runAndReport(context, {
    ...runSettings(context, options),
    study,
    notify,
    onStarted: announceStart,
    startAgain: context.commandLine("run", file),
  });
}

function overridesOf({ set = [], name, seed, maxTrials }: RunCommandOptions): Override[] {
  return [
    ...set.map(parseOverride),
    ...(name === undefined ? [] : [{ path: ["study"], value: name, label: "--name" }]),
    ...(seed === undefined ? [] : [{ path: ["seed"], value: seed, label: "--seed" }]),
    ...(maxTrials === undefined
      ? []
      : [{ path: ["search", "maxTrials"], value: maxTrials, label: "--max-trials" }]),
  ];
}

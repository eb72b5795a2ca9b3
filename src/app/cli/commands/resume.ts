import type { Command } from "commander";

import type { CliContext } from "../context.ts";
import { withStudy } from "../records/open-study.ts";
import { runAndReport } from "../run-and-report.ts";
import { addRunOptions, runSettings, toleranceHelp, type RunOptions } from "../run-options.ts";

export function registerResume(program: Command, context: CliContext): void {
  const command = program
    .command("resume")
    .description("go on with what is unfinished: the same trials, from their last checkpoints")
    .argument("<study>", "name of the study");
  addRunOptions(command)
    .addHelpText("after", toleranceHelp)
    .action(async (study: string, options: RunOptions) => {
      // The clear error of a store or study that is not there.
      await withStudy(context, study, async () => {});
      await runAndReport(context, {
        ...runSettings(context, options),
        study,
        startAgain: context.commandLine("resume", study),
      });
    });
}

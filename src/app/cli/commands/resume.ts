import type { Command } from "commander";

import { parseAllowedPrograms } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { addNotifyOptions, notifySettings, type NotifyOptions } from "../notify-options.ts";
import { withStudy } from "../records/open-study.ts";
import { runAndReport } from "../run-and-report.ts";
import { addRunOptions, runSettings, toleranceHelp, type RunOptions } from "../run-options.ts";

interface ResumeOptions extends RunOptions, NotifyOptions {
  readonly allowCommands?: string;
}

export function registerResume(program: Command, context: CliContext): void {
  const command = program
    .command("resume")
    .description("go on with what is unfinished: the same trials, from their last checkpoints")
    .argument("<study>", "name of the study");
  addNotifyOptions(addRunOptions(command))
    .option(
      "--allow-commands <list>",
      "programs and study files that a study of a server's store may run here",
    )
    .addHelpText("after", toleranceHelp)
    .action(async (name: string, options: ResumeOptions) => {
      const notify = notifySettings(options);
      // The clear error of a store or study that is not there.
      await withStudy(context, name, async () => {});
      await runAndReport(context, {
        ...runSettings(context, options),
        allowed: options.allowCommands === undefined ? [] : await parseAllowedPrograms(options.allowCommands),
        study: name,
        notify,
        startAgain: context.commandLine("resume", name),
      });
    });
}

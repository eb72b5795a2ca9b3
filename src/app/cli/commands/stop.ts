import type { Command } from "commander";

import type { CliContext } from "../context.ts";
import { withStudy } from "../records/open-study.ts";

export function registerStop(program: Command, context: CliContext): void {
  program
    .command("stop")
    .description("ask the study's workers, wherever they are, to save their trials and stop")
    .argument("<study>", "name of the study")
    .action((name: string) =>
      withStudy(context, name, async ({ study }) => {
        const progress = await study.progress();
        if (!progress.isFinished) await study.requestStop();
        if (context.isJson)
          return context.printJson({ study: name, stopRequested: !progress.isFinished, progress });
        if (progress.isFinished) return context.print(`study ${name} is finished; there is nothing to stop.`);
        context.print(`study ${name}: ${progress.running} running trials will be saved and handed back.`);
        context.note(`go on with\n${context.commandLine("resume", name)}`);
      }),
    );
}

import type { Command } from "commander";

import type { CliContext } from "../context.ts";
import { parseTrialNumber, withStudy } from "../records/open-study.ts";
import { showHistograms } from "./show/histograms.ts";
import { showStudy } from "./show/study.ts";
import { showTrial } from "./show/trial.ts";

export function registerShow(program: Command, context: CliContext): void {
  program
    .command("show")
    .description("what a study or one of its trials is and did")
    .argument("<study>", "name of the study")
    .argument("[trial]", "number of a trial", parseTrialNumber)
    .option("--histograms", "what `training.measure: [histograms]` left of the trial")
    .action((name: string, trial: number | undefined, { histograms = false }: ShowOptions) =>
      withStudy(context, name, (opened) => {
        if (trial === undefined) return showStudy(context, opened);
        return histograms ? showHistograms(context, opened, trial) : showTrial(context, opened, trial);
      }),
    );
}

interface ShowOptions {
  readonly histograms?: boolean;
}

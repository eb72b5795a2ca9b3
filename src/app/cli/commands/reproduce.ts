import { Option, type Command } from "commander";

import { backendNames, type BackendName } from "../../../learning/runtime/index.ts";
import { environmentDifferences } from "../../evaluation/index.ts";
import type { CliContext } from "../context.ts";
import { parseTrialNumber, withStudy } from "../records/open-study.ts";
import { requireResult, trainAgain } from "../train-again.ts";

export function registerReproduce(program: Command, context: CliContext): void {
  program
    .command("reproduce")
    .description("train a trial again from its record and compare its result hash")
    .argument("<study>", "name of the study")
    .argument("<trial>", "number of the trial", parseTrialNumber)
    .addOption(
      new Option("--backend <name>", "where to compute (default: as recorded)").choices(backendNames),
    )
    .addHelpText("after", "\nExit status 0: the same bits; 1: another result.")
    .action((name: string, number: number, { backend }: { readonly backend?: BackendName }) =>
      reproduce(context, { name, number, backend }),
    );
}

interface ReproduceOptions {
  readonly name: string;
  readonly number: number;
  readonly backend: BackendName | undefined;
}

async function reproduce(context: CliContext, { name, number, backend }: ReproduceOptions): Promise<void> {
  const { definition, trial, expected } = await withStudy(context, name, async ({ storage, study }) => {
    const found = await storage.getTrial(study.record.id, number);
    return { definition: study.record.definition, trial: found, expected: requireResult(name, found) };
  });
  const received = (await trainAgain(context, { definition, trial, expected, backend })).finish();

  const identical = received.resultHash === expected.resultHash;
  const differences = environmentDifferences(expected.environment, { ...received.environment });
  context.exitStatus = identical ? 0 : 1;
  if (context.isJson) {
    return context.printJson({
      identical,
      expected: expected.resultHash,
      received: received.resultHash,
      environment: { expected: expected.environment, received: received.environment },
    });
  }
  context.print(
    identical
      ? `identical: trial #${number} of ${name} gives ${received.resultHash} again`
      : `not identical: trial #${number} of ${name} gave ${expected.resultHash}, now ${received.resultHash}`,
  );
  if (differences.length > 0) {
    context.note(
      `computed elsewhere: ${differences.join("; ")}. Equal bits are promised on one back end, instruction set and build of the kernels.`,
    );
  }
}

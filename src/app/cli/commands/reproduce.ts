import { Option, type Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import { backendNames, loadRuntime, type BackendName } from "../../../learning/runtime/index.ts";
import { trainingDocumentSchema } from "../../../learning/training/index.ts";
import type { TrialRecord, TrialResult } from "../../../search/trial/index.ts";
import { trainDocument } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { parseTrialNumber, withStudy } from "../records/open-study.ts";

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
  const { trial, expected } = await withStudy(context, name, async ({ storage, study }) => {
    const found = await storage.getTrial(study.record.id, number);
    return { trial: found, expected: requireResult(name, found) };
  });
  const document = trainingDocumentSchema.parse(trial.document);
  const runtime = await loadRuntime(backend === undefined ? recordedBackend(expected) : { backend });
  const { stderr } = context.process;
  const showsProgress = stderr.isTTY && !context.isQuiet;
  const received = await trainDocument({
    document,
    runtime,
    dataDir: context.dataDir,
    onEpoch: ({ epoch }) => {
      if (showsProgress) stderr.write(`\rtraining again: epoch ${epoch}/${document.training.epochs}\u001B[K`);
    },
  });
  if (showsProgress) stderr.write("\r\u001B[K");

  const identical = received.resultHash === expected.resultHash;
  const differences = Object.entries(expected.environment)
    .filter(([key, value]) => (received.environment as Readonly<Record<string, string>>)[key] !== value)
    .map(
      ([key, value]) =>
        `${key} ${value} then, ${(received.environment as Readonly<Record<string, string>>)[key]} now`,
    );
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

function requireResult(study: string, { number, state, result }: TrialRecord): TrialResult {
  if (result !== null) return result;
  throw new TunesmithError("NO_RESULT", {
    message: `trial #${number} of \`${study}\`: only a trial with a result can be reproduced, got one that is ${state}.`,
    hint: `\`tunesmith resume ${study}\` goes on with what is unfinished.`,
  });
}

/** The recorded back end and instruction set where this machine has them, so that bits can be compared. */
function recordedBackend({ environment }: TrialResult): { readonly backend?: BackendName } {
  const backend = backendNames.find((name) => name === environment["backend"]);
  return backend === undefined ? {} : { backend };
}

import { writeFile } from "node:fs/promises";

import type { Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import type { CliContext } from "../context.ts";

export function registerInit(program: Command, context: CliContext): void {
  program
    .command("init")
    .description("write a commented study file to start with")
    .argument("[file]", "file to write", "study.yaml")
    .action((file: string) => init(context, file));
}

async function init(context: CliContext, file: string): Promise<void> {
  try {
    await writeFile(file, exampleStudy, { flag: "wx" });
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new TunesmithError("INVALID_USAGE", {
      message: isThere
        ? `init: \`${file}\` must not exist yet, got a file that does.`
        : `init: \`${file}\` cannot be written: ${(error as Error).message}.`,
      hint: "Name another file: tunesmith init FILE.",
      cause: error,
    });
  }
  if (context.isJson) context.printJson({ file });
  else context.print(`${file} written; run it with\n${context.commandLine("run", file)}`);
}

/** Runs as it is, without a network, in a few seconds. */
export const exampleStudy = `# A study: what is trained, and which of its values are searched. Run it: tunesmith run study.yaml
study: my-study
description: Learning rate and weight decay of a small network on drawn digits

# data, model and training together are the document of a trial.
data:
  dataset: digits        # digits needs no download; tunesmith data ls shows the others
  train: 2000            # examples to train on; leave it out for all of them
  validation: 1000       # examples that trials are compared on
model:
  kind: mlp
  hidden: [64, 32]       # widths of the hidden layers
  activation: relu       # relu, tanh or sigmoid
training:
  optimizer: adam        # adam or sgd
  learningRate: 1e-3
  batchSize: 32
  epochs: 15

seed: 0                  # the same seed gives the same results, on any number of workers

search:
  method: auto           # learns from earlier trials; grid tries every combination of values, random draws
  maxTrials: 8
  metric:
    name: validation/accuracy   # or validation/loss, train/loss ...
    goal: maximize              # or minimize
    reduce: last                # of the curve: last, best or mean-of-last-5
  # A parameter is named by the path in the document above that it sets.
  parameters:
    training.learningRate: { distribution: log_uniform_values, min: 1e-4, max: 1e-1 }
    training.weightDecay: { values: [0, 1e-4, 1e-2] }
    # model.hidden: { values: [[64, 32], [128], [256, 128]] }
    # training.batchSize: { distribution: q_uniform, min: 16, max: 128, q: 16 }
`;

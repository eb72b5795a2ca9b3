import { lstat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Command } from "commander";

import { TunesmithError } from "../../../base/index.ts";
import type { CliContext } from "../context.ts";
import { exampleCommandStudy, exampleProgram } from "./init/command-study.ts";

export function registerInit(program: Command, context: CliContext): void {
  program
    .command("init")
    .description("write a commented study file to start with")
    .argument("[file]", "file to write", "study.yaml")
    .option("--command", "a study of a program, and a small Python program beside it")
    .action((file: string, { command }: InitOptions) => init(context, file, command === true));
}

interface InitOptions {
  readonly command?: boolean;
}

async function init(context: CliContext, file: string, isOfCommand: boolean): Promise<void> {
  const files = isOfCommand
    ? [
        { path: join(dirname(file), "train.py"), text: exampleProgram },
        { path: file, text: exampleCommandStudy },
      ]
    : [{ path: file, text: exampleStudy }];
  for (const { path } of files) if (await exists(path)) throw cannotWrite(path, undefined);
  for (const { path, text } of files) {
    await writeFile(path, text, { flag: "wx" }).catch((error: unknown) => {
      throw cannotWrite(path, error as NodeJS.ErrnoException);
    });
  }
  const names = files.map(({ path }) => path);
  if (context.isJson) context.printJson({ file, files: names });
  else {
    context.print(
      `${names.toReversed().join(" and ")} written; run it with\n${context.commandLine("run", file)}`,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined;
}

/** @param error undefined for a file that is there */
function cannotWrite(path: string, error: NodeJS.ErrnoException | undefined): TunesmithError {
  return new TunesmithError("INVALID_USAGE", {
    message:
      error === undefined || error.code === "EEXIST"
        ? `init: \`${path}\` must not exist yet, got a file that does.`
        : `init: \`${path}\` cannot be written: ${error.message}.`,
    hint: "Name another file: tunesmith init FILE.",
    ...(error === undefined ? {} : { cause: error }),
  });
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

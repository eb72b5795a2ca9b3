import type { Command } from "commander";

import { describeDataset } from "../../../learning/data/index.ts";
import { checkStudy } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";
import { withStore } from "../records/open-study.ts";
import { runAndReport } from "../run-and-report.ts";
import { runSettings } from "../run-options.ts";

export function registerQuickstart(program: Command, context: CliContext): void {
  program
    .command("quickstart")
    .description(
      "run a small study now: six trials on Fashion-MNIST when it is at hand, else on drawn digits",
    )
    .action(() => quickstart(context));
}

async function quickstart(context: CliContext): Promise<void> {
  const { location } = await describeDataset("fashion-mnist", { dataDir: context.dataDir });
  const study = quickstartStudy(await freeName(context), location.isAtHand ? "fashion-mnist" : "digits");
  const why = location.isAtHand ? "it is at hand" : "Fashion-MNIST is not at hand, these are built in";
  context.note(`A study of learning rate and weight decay on ${study.data.dataset}: ${why}.`);
  const { definition } = checkStudy(study, () => "quickstart");
  await runAndReport(context, {
    ...runSettings(context, {}),
    study: definition,
    startAgain: context.commandLine("quickstart"),
  });
}

/** Small enough for a minute on two cores, large enough that its parameters matter. */
function quickstartStudy(study: string, dataset: "fashion-mnist" | "digits") {
  return {
    study,
    description: "Learning rate and weight decay of a small network",
    data: { dataset, train: 8192, validation: 2048 },
    model: { kind: "mlp", hidden: [128, 64], activation: "relu" },
    training: { optimizer: "adam", batchSize: 32, epochs: 20 },
    search: {
      method: "grid",
      metric: { name: "validation/accuracy", goal: "maximize" },
      parameters: {
        "training.learningRate": { values: [1e-4, 1e-3, 1e-2] },
        "training.weightDecay": { values: [0, 1e-4] },
      },
    },
  };
}

/** `quickstart`, or with the first number that is free. */
async function freeName(context: CliContext): Promise<string> {
  const studies = await withStore(context, async (storage) => (await storage?.listStudies()) ?? []);
  const taken = new Set(studies.map(({ definition }) => definition.name));
  let name = "quickstart";
  for (let number = 2; taken.has(name); number++) name = `quickstart-${number}`;
  return name;
}

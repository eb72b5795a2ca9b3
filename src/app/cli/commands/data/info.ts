import type { Command } from "commander";

import { toSeed } from "../../../../base/index.ts";
import { inspectDataset, measureDataset, type DatasetInfo } from "../../../../learning/data/index.ts";
import { loadRuntime } from "../../../../learning/runtime/index.ts";
import { findLabelSuspects } from "../../../../learning/training/index.ts";
import type { CliContext } from "../../context.ts";
import { readingOptions } from "../../output/reading-progress.ts";
import { renderFields } from "../../output/table.ts";
import { labelFindings, renderSuspects } from "./label-suspects-text.ts";
import { whereText } from "./dataset-text.ts";
import { renderInspection } from "./inspection-text.ts";
import {
  addTarget,
  describeTarget,
  readTarget,
  resolveTarget,
  targetHelp,
  type TargetOptions,
} from "./target.ts";

interface InfoOptions extends TargetOptions {
  readonly quick?: boolean;
  readonly labels?: boolean;
  readonly seed?: string;
}

export function registerInfo(data: Command, context: CliContext): void {
  addTarget(data.command("info"))
    .description("what data holds, and what is doubtful in it; it is read when it is at hand")
    .option("--quick", "do not look for duplicates")
    .option("--labels", "train small models to find labels that are probably wrong")
    .option("--seed <seed>", "of those models (default: 0)")
    .addHelpText("after", targetHelp)
    .action((target: string, options: InfoOptions) => info(context, target, options));
}

async function info(context: CliContext, name: string, options: InfoOptions): Promise<void> {
  const target = await resolveTarget(name, options);
  const described = await describeTarget(context, target);
  if (!described.location.isAtHand && described.location.kind === "download") {
    if (context.isJson) return context.printJson({ ...described, statistics: null, inspection: null });
    return context.print(renderFields(describedFields(described), context.styleOf("stdout")));
  }
  const { dataset, splits, data } = await readTarget(context, target);
  const { sources, end } = readingOptions(context);
  const { missing } = target.data.preprocessing;
  // Files of the test split that would have to be fetched are left where they are.
  const isTestAtHand = described.location.files.every((file) => file.isAtHand);
  const inspected = await inspectDataset(dataset, splits, {
    scaling: data.preprocessing.scaling ?? "unit",
    filling: missing === "refuse" ? undefined : missing,
    duplicates: options.quick === true ? "none" : isTestAtHand ? "test" : "splits",
    onProgress: sources.onReading,
  }).finally(end);
  const statistics = measureDataset(dataset);
  const labels =
    options.labels === true
      ? await findLabelSuspects({
          dataset,
          data,
          runtime: await loadRuntime(),
          seed: toSeed(options.seed ?? "0"),
          onProgress: sources.onReading,
        }).finally(end)
      : null;
  const inspection = {
    ...inspected,
    findings: [...inspected.findings, ...(labels === null ? [] : labelFindings(labels))],
  };
  if (context.isJson) return context.printJson({ ...described, statistics, inspection, labels });
  const style = context.styleOf("stdout");
  context.print(renderFields([...describedFields(described), ["content", statistics.contentHash]], style));
  context.print(
    `\n${renderInspection({ inspection, statistics, task: dataset.task, shape: dataset.shape }, context)}`,
  );
  if (labels === null || labels.suspects.length === 0) return;
  context.print(`\n${renderSuspects(labels, dataset.task, { style, width: context.width })}`);
}

function describedFields({ name, title, origin, location }: DatasetInfo): (readonly [string, string])[] {
  return [
    ["name", name],
    ["title", title],
    [
      "origin",
      `${origin.address ?? (location.kind === "embedded" ? "drawn by this program" : "a file")} (${origin.licence})`,
    ],
    ["where", whereText(location)],
    ...location.files.map(
      (file) => ["", `${file.path} ${file.isAtHand ? "" : `(missing; from ${file.address})`}`] as const,
    ),
  ];
}

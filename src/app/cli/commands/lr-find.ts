import { Option, type Command } from "commander";

import { loadDataset, splitDataset } from "../../../learning/data/index.ts";
import { TunesmithError } from "../../../base/index.ts";
import { backendNames, loadRuntime, type BackendName } from "../../../learning/runtime/index.ts";
import {
  findLearningRate,
  trainingDocumentSchema,
  type LearningRateSearch,
} from "../../../learning/training/index.ts";
import { loadTrainingFile, parseOverride } from "../../spec/index.ts";
import type { CliContext } from "../context.ts";
import { readingOptions } from "../output/reading-progress.ts";
import { parseCount } from "../context.ts";
import { logPlotSvg, renderLogPlot, type LogPlot } from "../output/log-plot.ts";
import { formatNumber } from "../output/number.ts";
import { writeFileAtomically } from "../output/write-file-atomically.ts";

interface LrFindOptions {
  readonly from?: number;
  readonly to?: number;
  readonly steps?: number;
  readonly set?: readonly string[];
  readonly backend?: BackendName;
  readonly svg?: string;
}

export function registerLrFind(program: Command, context: CliContext): void {
  program
    .command("lr-find")
    .description("a short training whose learning rate grows, and the rate that its loss suggests")
    .argument("<file>", "study file; searched values are those of its base document")
    .option("--from <rate>", "first rate (default: 1e-7)", rate("--from"))
    .option("--to <rate>", "last rate (default: 10)", rate("--to"))
    .option("--steps <n>", "steps, one rate each (default: 100)", parseCount("--steps", 20))
    .option("--set <path=value>", "a value in place of the file's; may be given again", collect)
    .addOption(
      new Option("--backend <name>", "where to compute (default: the fastest)").choices(backendNames),
    )
    .option("--svg <file>", "also draw the curve into this file")
    .addHelpText(
      "after",
      "\nThe test is Smith's (2017); the rate is the one half-way down the longest valley of the smoothed loss.",
    )
    .action((file: string, options: LrFindOptions) => lrFind(context, file, options));
}

function rate(where: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw new TunesmithError("INVALID_USAGE", {
      message: `${where}: expected a number above 0, got \`${text}\`.`,
    });
  };
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function lrFind(context: CliContext, file: string, options: LrFindOptions): Promise<void> {
  const { definition, sources } = await loadTrainingFile(file, {
    overrides: (options.set ?? []).map(parseOverride),
  });
  const document = trainingDocumentSchema.parse({
    ...(definition.baseDocument as object),
    seed: definition.seed,
  });
  const reading = readingOptions(context);
  const found = { ...reading.sources, custom: sources };
  const dataset = await loadDataset(document.data, found).finally(reading.end);
  const splits = splitDataset(dataset, document.data);
  const runtime = await loadRuntime({ backend: options.backend });
  const { from, to, steps } = options;
  const search = await findLearningRate({ document, splits, runtime, from, to, steps });
  const plot: LogPlot = {
    title: `Learning-rate range test: ${definition.name}`,
    xLabel: "learning rate",
    yLabel: "training loss, smoothed",
    points: search.points.map((point) => ({ x: point.rate, y: point.smoothed })),
    mark: search.suggestion ?? undefined,
  };
  if (options.svg !== undefined) {
    requirePoints(search);
    await writeFileAtomically(options.svg, logPlotSvg(plot));
  }
  if (context.isJson) return context.printJson({ study: definition.name, ...search });
  requirePoints(search);
  const columns = Math.max(30, Math.min(72, (context.width ?? 84) - 12));
  context.print(`${renderLogPlot(plot, { columns, rows: 14 })}\n\n${describe(search)}`);
  if (options.svg !== undefined) context.note(`drawn in ${options.svg}`);
}

function requirePoints({ points, divergedAt }: LearningRateSearch): void {
  if (points.length > 1) return;
  throw new TunesmithError("NO_RESULT", {
    message: `lr-find: a curve needs two rates with a finite loss, got ${points.length}: it diverged at ${divergedAt}.`,
    hint: "Begin with a smaller rate by --from, or look at the data: values that are not finite spoil every rate.",
  });
}

function describe({ suggestion, steepest, divergedAt, points }: LearningRateSearch): string {
  const end =
    divergedAt === null
      ? `The loss did not diverge up to ${formatNumber(points.at(-1)!.rate)}; a larger --to shows more.`
      : `The loss diverged at ${formatNumber(divergedAt)}.`;
  if (suggestion === null) return `No rate can be suggested: the loss does not fall. ${end}`;
  const steep = steepest === null ? "" : `; it falls fastest at ${formatNumber(steepest)}`;
  return `suggested learning rate ${formatNumber(suggestion)} (half-way down the longest fall of the loss${steep}). ${end}`;
}

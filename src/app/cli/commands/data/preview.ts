import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { Option, type Command } from "commander";

import { toSeed, TunesmithError } from "../../../../base/index.ts";
import { reportDuplicates } from "../../../../learning/data/index.ts";
import { loadRuntime } from "../../../../learning/runtime/index.ts";
import { findLabelSuspects } from "../../../../learning/training/index.ts";
import { parseCount, type CliContext } from "../../context.ts";
import { readingOptions } from "../../output/reading-progress.ts";
import { writeFileAtomically } from "../../output/write-file-atomically.ts";
import { encodePng } from "../../preview/png.ts";
import { drawScatter } from "../../preview/scatter.ts";
import { drawAugmented } from "../../preview/sheets/augmented.ts";
import { drawDuplicates } from "../../preview/sheets/duplicates.ts";
import { drawMeans } from "../../preview/sheets/mean.ts";
import { drawSamples } from "../../preview/sheets/samples.ts";
import { requireImages, type Sheet, type SheetData } from "../../preview/sheets/sheet.ts";
import { drawSuspects } from "../../preview/sheets/suspects.ts";
import { chooseProtocol, protocolNames, type ProtocolName } from "../../preview/terminal/choose-protocol.ts";
import { renderPicture } from "../../preview/terminal/render-picture.ts";
import { previewTable, renderTablePreview } from "./table-preview.ts";
import {
  addTarget,
  describeTarget,
  readTarget,
  resolveTarget,
  targetHelp,
  type TargetOptions,
} from "./target.ts";

const subjects = ["samples", "augmented", "mean", "suspects", "duplicates"] as const;
type Subject = (typeof subjects)[number];

interface PreviewOptions extends TargetOptions {
  readonly out?: string;
  readonly perClass?: number;
  readonly seed?: string;
  readonly augmented?: boolean;
  readonly what?: Subject;
  readonly terminal?: ProtocolName;
}

const usualPerClass = 8;
/** Of a picture in letters, where the terminal does not say. */
const usualColumns = 100;

export function registerPreview(data: Command, context: CliContext): void {
  addTarget(data.command("preview"))
    .description("a picture of data: examples of each class, or what is special about them")
    .option("--out <file>", "write the picture as PNG")
    .option(
      "--per-class <n>",
      "examples of each class, or epochs with --augmented (default: 8)",
      parseCount("--per-class"),
    )
    .option("--seed <seed>", "which examples are shown (default: 0)")
    .option("--augmented", "as --what augmented")
    .addOption(
      new Option("--what <subject>", "what to show (default: samples)")
        .choices(subjects)
        .conflicts("augmented"),
    )
    .addOption(
      new Option("--terminal <kind>", "how this terminal shows pictures (default: by its name)").choices(
        protocolNames,
      ),
    )
    .addHelpText(
      "after",
      `${targetHelp}

samples: training examples of each class; points of the plane are drawn as points, tables are printed.
augmented: an example of each class before and after augmentation, as the network sees it.
mean: mean and deviation of every pixel. suspects: examples whose label is probably wrong. duplicates: nearly equal pairs.`,
    )
    .action((target: string, options: PreviewOptions) => preview(context, target, options));
}

async function preview(context: CliContext, name: string, options: PreviewOptions): Promise<void> {
  const target = await resolveTarget(name, options);
  if (options.out !== undefined) await requireFolder(options.out);
  const what = options.what ?? (options.augmented === true ? "augmented" : "samples");
  const { dataset, splits, data } = await readTarget(context, target);
  const { sources, end } = readingOptions(context);
  const sheetData: SheetData = {
    dataset,
    splits,
    data,
    seed: toSeed(options.seed ?? "0"),
    perClass: options.perClass ?? usualPerClass,
    name: dataset.name,
    onProgress: sources.onReading,
  };
  const isPicture = dataset.shape.length === 3 || (dataset.shape.length === 1 && dataset.shape[0] === 2);
  if (what === "samples" && !isPicture) {
    if (options.out !== undefined) requireImages(dataset, "--out");
    const table = previewTable(dataset, sheetData.perClass);
    return context.isJson
      ? context.printJson({ name: dataset.name, what, ...table })
      : context.print(renderTablePreview(table, context));
  }
  const protocol =
    options.terminal ??
    (context.isJson
      ? "none"
      : chooseProtocol(context.process.env, { isTerminal: context.process.stdout.isTTY }));
  if (protocol === "none" && options.out === undefined && !context.isJson) {
    throw new TunesmithError("INVALID_USAGE", {
      message: "preview: there must be a place for the picture, got no terminal and no `--out`.",
      hint: "Give --out FILE.png, or --terminal blocks for a picture in letters.",
    });
  }
  const comparesTest = (await describeTarget(context, target)).location.files.every((file) => file.isAtHand);
  const sheet = await draw(what, { sheetData, trainingSeed: target.seed, comparesTest }).finally(end);
  if (sheet === undefined) {
    if (context.isJson) return context.printJson({ name: dataset.name, what, out: null, shown: [] });
    return context.note(`${dataset.name}: no ${what} were found`);
  }
  const { canvas, shown } = sheet;
  let encoded: Promise<Uint8Array> | undefined;
  const png = () => (encoded ??= encodePng(canvas));
  if (options.out !== undefined) await writeFileAtomically(options.out, await png());
  if (context.isJson) {
    const { width, height } = canvas;
    return context.printJson({ name: dataset.name, what, out: options.out ?? null, width, height, shown });
  }
  const columns = context.width ?? usualColumns;
  const text = await renderPicture(canvas, { protocol, png, columns });
  if (text !== "") context.print(text);
  if (options.out !== undefined) context.note(`drawn in ${options.out}`);
}

interface DrawOptions {
  readonly sheetData: SheetData;
  readonly trainingSeed: string;
  readonly comparesTest: boolean;
}

/** @returns undefined when there is nothing to draw */
async function draw(
  what: Subject,
  { sheetData, trainingSeed, comparesTest }: DrawOptions,
): Promise<Sheet | undefined> {
  const { dataset, splits, data, onProgress, seed, name } = sheetData;
  switch (what) {
    case "samples": {
      if (dataset.shape.length === 3) return drawSamples(sheetData);
      const canvas = drawScatter(splits.train, { task: dataset.task, title: `${name}: training examples` });
      return { canvas, shown: [] };
    }
    case "augmented":
      requireImages(dataset, "--augmented");
      return drawAugmented(sheetData, { runtime: await loadRuntime(), trainingSeed: toSeed(trainingSeed) });
    case "mean":
      return drawMeans(sheetData);
    case "suspects": {
      requireImages(dataset, "--what suspects", "`tunesmith data info TARGET --labels` lists them.");
      const runtime = await loadRuntime();
      const { suspects } = await findLabelSuspects({ dataset, data, runtime, seed, onProgress });
      if (suspects.length === 0) return undefined;
      const classes = dataset.task.kind === "classification" ? dataset.task.classes : [];
      return drawSuspects(sheetData, { suspects, classes });
    }
    case "duplicates": {
      requireImages(dataset, "--what duplicates", "`tunesmith data info TARGET --json` lists them.");
      const report = await reportDuplicates(dataset, splits, { comparesTest, onProgress });
      const { train, trainValidation, test } = report;
      if (train.length + trainValidation.length + (test?.length ?? 0) === 0) return undefined;
      return drawDuplicates(sheetData, report);
    }
    default:
      return what satisfies never;
  }
}

/** Known before anything is read or drawn. @throws INVALID_USAGE */
async function requireFolder(path: string): Promise<void> {
  const folder = dirname(path);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `--out: the folder of \`${basename(path)}\` must exist, got none at \`${folder}\`.`,
    hint: "Make the folder, or name a file in another one.",
  });
}

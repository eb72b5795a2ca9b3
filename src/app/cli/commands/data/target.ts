/** What a person names to look at: a data set, a study file, or files of their own. */
import { stat } from "node:fs/promises";
import { extname } from "node:path";

import type { Command } from "commander";

import { TunesmithError } from "../../../../base/index.ts";
import {
  datasetNames,
  describeDataset,
  loadDataset,
  parseDatasetName,
  splitDataset,
  type DataDocument,
  type Dataset,
  type DatasetInfo,
  type SourceOptions,
  type TrainingSplits,
} from "../../../../learning/data/index.ts";
import { checkData, loadTrainingFile, parseOverride } from "../../../spec/index.ts";
import type { CliContext } from "../../context.ts";
import { readingOptions } from "../../output/reading-progress.ts";

export interface TargetOptions {
  readonly target?: string;
  readonly set?: readonly string[];
}

export const targetHelp = `
TARGET is the name of a data set (\`tunesmith data ls\`), a study file, a folder with a folder of images for each class,
a table (.csv or .tsv, with --target COLUMN) or arrays (.npz or .npy).`;

/** The argument and options that all commands on data share. */
export function addTarget(command: Command): Command {
  return command
    .argument("<target>", "name of a data set, study file, folder of images, table or arrays")
    .option("--target <column>", "of a table: the column to predict")
    .option("--set <path=value>", "a value of the data part; may be given again", collect);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Data that a person named, not yet read. */
export interface DataTarget {
  readonly data: DataDocument;
  /** Sources that are objects of a study file. */
  readonly custom: SourceOptions["custom"];
  /** The study's seed. */
  readonly seed: string;
}

const studyEndings = [".yaml", ".yml", ".ts", ".mts", ".js", ".mjs"];
const tableEndings = [".csv", ".tsv"];

/** @throws DATA_NOT_FOUND, INVALID_USAGE, INVALID_DOCUMENT, INVALID_STUDY_FILE */
export async function resolveTarget(target: string, options: TargetOptions): Promise<DataTarget> {
  const overrides = (options.set ?? []).map(parseOverride);
  const ending = extname(target).toLowerCase();
  if (options.target !== undefined && !tableEndings.includes(ending)) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `--target: expected a table (.csv or .tsv), got \`${target}\`.`,
    });
  }
  if (studyEndings.includes(ending)) {
    const { document, sources } = await loadTrainingFile(target, { overrides });
    return { data: document.data, custom: sources, seed: document.seed };
  }
  const dataset = await referenceTo(target, options);
  const data = checkData({ dataset }, { target, overrides });
  return { data, custom: undefined, seed: "0" };
}

async function referenceTo(target: string, { target: column, set = [] }: TargetOptions): Promise<unknown> {
  if ((datasetNames as readonly string[]).includes(target)) return target;
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() === true) return { kind: "image-folder", path: target };
  const ending = extname(target).toLowerCase();
  if (found === undefined && ending === "" && !/[/\\]/.test(target)) {
    // Says what it may have meant.
    parseDatasetName(target);
  }
  if (found !== undefined && tableEndings.includes(ending)) {
    const isTargetSet = set.some((text) => text.startsWith("data.dataset.target="));
    if (column === undefined && !isTargetSet) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `data: a table needs \`--target COLUMN\`, the column to predict; got \`${target}\` without one.`,
      });
    }
    return { kind: ending.slice(1), path: target, target: column };
  }
  if (found !== undefined && ending === ".npz") return { kind: "npz", path: target };
  if (found !== undefined && ending === ".npy") return { kind: "npy", features: target };
  if (found === undefined) {
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `data: \`${target}\` must be a data set or a path, got nothing there.`,
      hint: "`tunesmith data ls` lists the data sets.",
      facts: { target },
    });
  }
  throw new TunesmithError("INVALID_USAGE", {
    message: `data: expected a study file, a folder, or a file that ends with .csv, .tsv, .npz or .npy, got \`${target}\`.`,
    hint: "Files of other names can be named in a study file by `kind` and settings.",
  });
}

/** What is known of it without reading. */
export function describeTarget(context: CliContext, { data, custom }: DataTarget): Promise<DatasetInfo> {
  return describeDataset(data.dataset, { dataDir: context.dataDir, custom });
}

export interface ReadTarget {
  readonly dataset: Dataset;
  readonly splits: TrainingSplits;
  readonly data: DataDocument;
}

/**
 * Reads and splits it as a trial would, but that gaps of a table, which a trial refuses unless told otherwise, are filled,
 * so that they can be looked at.
 *
 * @throws DATA_NOT_FOUND, INVALID_DATA, INVALID_DOCUMENT
 */
export async function readTarget(context: CliContext, target: DataTarget): Promise<ReadTarget> {
  const { sources, end } = readingOptions(context);
  const { preprocessing } = target.data;
  const missing = preprocessing.missing === "refuse" ? "mean" : preprocessing.missing;
  const data = { ...target.data, preprocessing: { ...preprocessing, missing } } satisfies DataDocument;
  const dataset = await loadDataset(data, { ...sources, custom: target.custom }).finally(end);
  return { dataset, splits: splitDataset(dataset, data), data };
}

/** Label suspects of a data set: small models, each trained without a part of the examples, judge that part. */
import { toSeed, TunesmithError } from "../../../base/index.ts";
import { outputsOf, splitDataset, type DataDocument, type Dataset } from "../../data/index.ts";
import type { Runtime } from "../../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "../document.ts";
import { TrainingRun } from "../training-run.ts";
import { confidentLearning, type LabelNoise } from "./confident-learning.ts";

export interface FindLabelSuspectsOptions {
  readonly dataset: Dataset;
  /** How the examples are preprocessed; its splits and augmentation are not used. */
  readonly data: DataDocument;
  readonly runtime: Runtime;
  /** Decides the parts, first weights and orders. */
  readonly seed: string;
  /** Models, at least 2. Defaults to 4. */
  readonly folds?: number;
  /** Of each model. Defaults to as many as learn the data roughly: 3 of tens of thousands of examples, 12 of few. */
  readonly epochs?: number;
  readonly onProgress?: ((progress: { what: string; done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Each model learns from at most so many examples, which bounds the time. */
const mostTrained = 60_000;
/** Convolutions over larger images take minutes. */
const largestSide = 64;

export interface LabelSuspects extends LabelNoise {
  /** Of the models on the examples that they were not trained on: how far to trust them. */
  readonly accuracy: number;
}

/**
 * All examples that may be trained on are judged, those that a study would validate on too.
 *
 * @throws INVALID_USAGE when there are no classes; INVALID_DOCUMENT, INVALID_DATA as splitting does
 */
export async function findLabelSuspects(options: FindLabelSuspectsOptions): Promise<LabelSuspects> {
  const { dataset, data, runtime, seed, folds = 4, onProgress, signal } = options;
  const { task, examples } = dataset;
  const { epochs = usualEpochs(examples.count) } = options;
  if (task.kind !== "classification") {
    throw new TunesmithError("INVALID_USAGE", {
      message: `labels: suspects are looked for among classes, got ${outputsOf(task)} values to predict in \`${dataset.name}\`.`,
    });
  }
  const classes = task.classes.length;
  const probabilities = new Float32Array(examples.count * classes);
  const what = "training on parts of the examples";
  const { train: _, validation: __, ...rest } = data;
  const stratified = isStratifiable(dataset, folds);
  const trained = Math.min(mostTrained, Math.floor((examples.count * (folds - 1)) / folds) - classes * folds);
  for (let fold = 0; fold < folds; fold++) {
    const part = {
      ...rest,
      ...(trained === mostTrained ? { train: trained } : {}),
      folds,
      fold,
      seed: toSeed(seed),
      stratified,
      augmentation: {},
      sampling: "shuffle" as const,
    };
    const document = trainingDocumentSchema.parse({
      data: part,
      model: judgeOf(dataset, classes),
      training: { epochs, batchSize: 32, learningRate: 2e-3, optimizer: "adam" },
      seed,
    });
    const splits = splitDataset(dataset, document.data);
    const run = TrainingRun.create({ document, splits, runtime });
    while (!run.isFinished) {
      onProgress?.({ what, done: fold * epochs + run.epochsDone, total: folds * epochs });
      await run.runEpoch({ signal });
    }
    const judged = await run.predict(splits.validation, { signal });
    splits.validation.indices.forEach((index, row) => {
      probabilities.set(judged.subarray(row * classes, (row + 1) * classes), index * classes);
    });
  }
  const noise = confidentLearning({ labels: examples.labels, probabilities, classes });
  return { ...noise, accuracy: accuracyOf(examples.labels, probabilities, classes) };
}

function usualEpochs(examples: number): number {
  return Math.min(12, Math.max(3, Math.round(40_000 / examples) + 2));
}

/** Small and fast, as what it is trained for is to be surprised. */
function judgeOf({ shape }: Dataset, classes: number): TrainingDocumentInput["model"] {
  const [height = 0, width = 0] = shape;
  const isImage =
    shape.length === 3 && Math.min(height, width) >= 8 && Math.max(height, width) <= largestSide;
  return isImage ? `8c3-p2-16c3-p2-${classes}` : { kind: "mlp", hidden: [64] };
}

/** Groups are kept together instead, and a class of fewer examples than parts cannot be in each. */
function isStratifiable({ examples, task, groups }: Dataset, folds: number): boolean {
  const counts = new Float64Array(outputsOf(task));
  for (const label of examples.labels) counts[label]! += 1;
  return groups === undefined && counts.every((count) => count === 0 || count >= folds);
}

function accuracyOf(labels: ArrayLike<number>, probabilities: Float32Array, classes: number): number {
  let right = 0;
  for (let index = 0; index < labels.length; index++) {
    const row = probabilities.subarray(index * classes, (index + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[index]) right += 1;
  }
  return right / labels.length;
}

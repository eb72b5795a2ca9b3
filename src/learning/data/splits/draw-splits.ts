import { RandomStream, toSeed, TunesmithError } from "../../../base/index.ts";
import type { Dataset } from "../dataset.ts";
import type { DataDocument } from "../document.ts";
import { chooseWay, requireClasses, requireGroups } from "./choose-way.ts";
import { examplesOf } from "./sizes.ts";
import { without } from "./way-of-splitting.ts";

/** Enough for a standard error of accuracy below 0.5 percentage points at 90 %. */
const usualValidationCount = 5000;
const largestValidationShare = 1 / 6;

type DatasetToSplit = Pick<Dataset, "name" | "examples" | "task" | "groups" | "ownValidation">;

export interface DrawnSplits {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Which of the examples are trained on and which validate: disjoint, drawn by `data.seed`.
 *
 * One permutation serves both: validation is taken from it first, and train from what is left. So asking for more or fewer
 * training examples leaves validation alone, and a smaller training split is part of every larger one.
 *
 * @throws INVALID_DOCUMENT when more is asked for than there is, or what was asked for does not fit the data
 */
export function drawSplits(dataset: DatasetToSplit, data: DataDocument): DrawnSplits {
  const { ownValidation } = dataset;
  const order = Int32Array.from({ length: dataset.examples.count }, (_, index) => index);
  new RandomStream(toSeed(data.seed), "split").shuffle(order);
  if (data.folds !== undefined) return drawFold(dataset, { data, folds: data.folds, order });
  if (data.validation === undefined && ownValidation !== undefined) {
    return besidesOwnValidation(dataset, { data, order, ownValidation });
  }
  return drawBoth(dataset, { data, order });
}

interface Drawing {
  readonly data: DataDocument;
  readonly order: Int32Array;
}

function drawBoth(dataset: DatasetToSplit, { data, order }: Drawing): DrawnSplits {
  const available = order.length;
  const validation = examplesOf(
    data.validation ??
      Math.max(1, Math.min(usualValidationCount, Math.floor(available * largestValidationShare))),
    { of: available, atMost: available - 1 },
  );
  const left = available - validation;
  const train = examplesOf(data.train ?? Math.max(1, left), { of: available, atMost: left });
  if (train > left) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data: \`train\` and \`validation\` must together be at most ${available}, the examples of \`${dataset.name}\`, got ${train} + ${validation} = ${train + validation}.`,
      hint:
        left >= 1
          ? `With ${validation} for validation, \`train\` can be at most ${left}.`
          : `\`validation\` can be at most ${available - 1}, which leaves one example to train on.`,
      facts: { dataset: dataset.name, available, train, validation },
    });
  }
  const way = chooseWay(dataset, { data, all: order });
  requireGroups(dataset, { order, atLeast: 2, each: "one for each split" });
  requireClasses(dataset, { data, order, atLeast: 2, each: "one for each split" });
  const { taken, rest } = way.part(order, validation);
  return { validation: taken, train: data.train === undefined ? rest : way.first(rest, train) };
}

function drawFold(
  dataset: DatasetToSplit,
  { data, folds, order }: Drawing & { readonly folds: number },
): DrawnSplits {
  const { fold } = data;
  if (folds > order.length) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data: \`folds\` must be at most ${order.length}, the examples of \`${dataset.name}\`, got ${folds}.`,
      facts: { dataset: dataset.name, available: order.length, folds },
    });
  }
  const way = chooseWay(dataset, { data, all: order });
  requireGroups(dataset, { order, atLeast: folds, each: "one for each fold" });
  requireClasses(dataset, { data, order, atLeast: folds, each: "one for each fold" });
  const validation = way.fold(order, { folds, fold });
  const rest = without(order, validation);
  const outside = `outside of fold ${fold}`;
  return { validation, train: first(dataset, { data, rest, outside, all: order, way }) };
}

function besidesOwnValidation(
  dataset: DatasetToSplit,
  { data, order, ownValidation }: Drawing & { readonly ownValidation: Int32Array },
): DrawnSplits {
  const rest = without(order, ownValidation);
  const way = chooseWay(dataset, { data, all: rest });
  const outside = "outside of its own validation split";
  return { validation: ownValidation, train: first(dataset, { data, rest, outside, all: rest, way }) };
}

interface FirstOptions {
  readonly data: DataDocument;
  readonly rest: Int32Array;
  /** Says which examples `rest` are. */
  readonly outside: string;
  readonly all: Int32Array;
  readonly way: ReturnType<typeof chooseWay>;
}

function first(dataset: DatasetToSplit, { data, rest, outside, all, way }: FirstOptions): Int32Array {
  if (data.train === undefined) return rest;
  const train = examplesOf(data.train, { of: all.length, atMost: rest.length });
  if (train <= rest.length) return way.first(rest, train);
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data: \`train\` must be at most ${rest.length}, the examples of \`${dataset.name}\` ${outside}, got ${train}.`,
    hint: "Leave `train` out to train on all of them.",
    facts: { dataset: dataset.name, available: rest.length, train },
  });
}

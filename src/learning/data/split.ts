import { RandomStream, toSeed, TunesmithError } from "../../base/index.ts";
import type { Dataset, TrainingSplits } from "./dataset.ts";
import type { DataDocument } from "./document.ts";

/** Enough for a standard error of accuracy below 0.5 percentage points at 90 %. */
const usualValidationCount = 5000;
const largestValidationShare = 1 / 6;

/**
 * The train and validation splits of a document: disjoint, drawn from `dataset.examples` by `data.seed`.
 *
 * One permutation serves both: validation is its first part and train the next. So asking for more or fewer training
 * examples leaves validation alone, and a smaller training split is part of every larger one.
 *
 * @throws INVALID_DOCUMENT when more examples are asked for than there are.
 */
export function splitDataset(
  dataset: Pick<Dataset, "name" | "examples" | "task" | "shape">,
  data: DataDocument,
): TrainingSplits {
  const { examples } = dataset;
  const available = examples.count;
  const countOf = (size: number) => (size < 1 ? Math.max(1, Math.round(size * available)) : size);
  const validation = countOf(
    data.validation ??
      Math.max(1, Math.min(usualValidationCount, Math.floor(available * largestValidationShare))),
  );
  const train = countOf(data.train ?? Math.max(1, available - validation));
  if (train + validation > available) {
    const fits = available - validation;
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data: \`train\` and \`validation\` must together be at most ${available}, the examples of \`${dataset.name}\`, got ${train} + ${validation} = ${train + validation}.`,
      hint:
        fits >= 1
          ? `With ${validation} for validation, \`train\` can be at most ${fits}.`
          : `\`validation\` can be at most ${available - 1}, which leaves one example to train on.`,
      facts: { dataset: dataset.name, available, train, validation },
    });
  }
  const order = Int32Array.from({ length: available }, (_, index) => index);
  new RandomStream(toSeed(data.seed), "split").shuffle(order);
  return {
    train: { examples, indices: order.slice(validation, validation + train) },
    validation: { examples, indices: order.slice(0, validation) },
    task: dataset.task,
    shape: dataset.shape,
  };
}

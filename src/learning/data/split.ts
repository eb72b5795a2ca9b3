import type { Dataset, TrainingSplits } from "./dataset.ts";
import type { DataDocument } from "./document.ts";
import { drawSplits } from "./splits/draw-splits.ts";

/**
 * The train and validation splits of a document.
 *
 * @throws INVALID_DOCUMENT when more examples are asked for than there are, or what was asked for does not fit the data
 */
export function splitDataset(
  dataset: Pick<Dataset, "name" | "examples" | "task" | "shape" | "groups" | "ownValidation">,
  data: DataDocument,
): TrainingSplits {
  const { examples, task, shape } = dataset;
  const { train, validation } = drawSplits(dataset, data);
  return {
    train: { examples, indices: train },
    validation: { examples, indices: validation },
    task,
    shape,
  };
}

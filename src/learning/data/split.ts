import type { Dataset, TrainingSplits } from "./dataset.ts";
import type { DataDocument } from "./document.ts";
import { encodeTable } from "./preprocessing/encode-table.ts";
import { drawSplits } from "./splits/draw-splits.ts";

/**
 * The train and validation splits of a document.
 *
 * @throws INVALID_DOCUMENT when more examples are asked for than there are, or what was asked for does not fit the data;
 *   INVALID_DATA when a table has gaps and nothing says what stands in for them
 */
export function splitDataset(
  dataset: Pick<Dataset, "name" | "examples" | "task" | "shape" | "columns" | "groups" | "ownValidation">,
  data: DataDocument,
): TrainingSplits {
  const { train, validation } = drawSplits(dataset, data);
  const { examples, ...encoded } = encodeTable(dataset, train, data.preprocessing) ?? {
    examples: dataset.examples,
    shape: dataset.shape,
  };
  return {
    train: { examples, indices: train },
    validation: { examples, indices: validation },
    task: dataset.task,
    ...encoded,
  };
}

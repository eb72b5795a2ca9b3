import type { Dataset, TrainingSplits } from "./dataset.ts";
import type { DataDocument } from "./document.ts";
import { encodeTable } from "./preprocessing/encode-table.ts";
import { fitScaling } from "./preprocessing/fit-scaling.ts";
import { drawSplits } from "./splits/draw-splits.ts";

/**
 * The train and validation splits of a document, with what the first one says of the scaling of both.
 *
 * @throws INVALID_DOCUMENT when more examples are asked for than there are, or what was asked for does not fit the data;
 *   INVALID_DATA when a table has gaps and nothing says what stands in for them
 */
export function splitDataset(
  dataset: Omit<Dataset, "test" | "contentHash">,
  data: DataDocument,
): TrainingSplits {
  const { train, validation } = drawSplits(dataset, data);
  const { examples, ...encoded } = encodeTable(dataset, train, data.preprocessing) ?? {
    examples: dataset.examples,
    shape: dataset.shape,
  };
  const trained = { examples, indices: train };
  const { scaling, describe } = fitScaling({ ...dataset, ...encoded, train: trained }, data.preprocessing);
  return {
    train: trained,
    validation: { examples, indices: validation },
    task: dataset.task,
    ...encoded,
    scaling,
    describePreprocessing: describe,
  };
}

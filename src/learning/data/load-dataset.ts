import { TunesmithError } from "../../base/index.ts";
import type { Dataset } from "./dataset.ts";
import type { DataDocument } from "./document.ts";
import { holdOutTest } from "./splits/hold-out-test.ts";
import { requireSource } from "./sources/registry.ts";
import type { SourceOptions } from "./sources/source.ts";

/**
 * Reads a document's data set whole and locks its test split away; train and validation are split after.
 *
 * @throws DATA_NOT_FOUND when its files are neither at hand nor to be fetched; INVALID_DATA when they are damaged, or not
 *   those of the document's content hash; INVALID_DOCUMENT when more is to be held out than there is
 */
export async function loadDataset(data: DataDocument, options: SourceOptions = {}): Promise<Dataset> {
  const source = requireSource(data.dataset, options);
  const { defaultScaling } = source;
  const dataset = { defaultScaling, ...(await source.load(options)) };
  if (data.contentHash !== undefined && data.contentHash !== dataset.contentHash) {
    throw new TunesmithError("INVALID_DATA", {
      message: `data set \`${dataset.name}\`: the content must have the hash ${data.contentHash}, got ${dataset.contentHash}.`,
      hint: "The files have changed since the study was created: bring the old ones back, or create a new study.",
      facts: { dataset: dataset.name, expected: data.contentHash, received: dataset.contentHash },
    });
  }
  return holdOutTest(dataset, data);
}

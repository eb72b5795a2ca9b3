import type { Dataset } from "./dataset.ts";
import { datasetSource } from "./sources/registry.ts";
import type { SourceOptions } from "./sources/source.ts";

/**
 * Reads a document's data set whole; the split comes after. Nothing of the test split is read.
 *
 * @throws DATA_NOT_FOUND when there is no such data set, or its files are neither at hand nor to be fetched;
 *   INVALID_DATA when they are damaged.
 */
export async function loadDataset(
  data: { readonly dataset: string },
  options: SourceOptions = {},
): Promise<Dataset> {
  return datasetSource(data.dataset).load(options);
}

import { hashJson } from "../../base/index.ts";
import {
  loadDataset,
  splitDataset,
  type DataDocument,
  type Dataset,
  type SourceOptions,
  type TrainingSplits,
} from "../../learning/data/index.ts";

/**
 * Splits of the data sets that a process has read. The bytes of a data set are held once, whatever splits are drawn
 * from them; only the data set used last is kept, so that a study over data sets does not add them all up, and neither
 * does one over seeds, of which each holds out another test split.
 */
export class SplitCache {
  readonly #options: SourceOptions;
  #dataset: Dataset | undefined;
  #datasetKey: string | undefined;
  readonly #splits = new Map<string, TrainingSplits>();

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** @throws DATA_NOT_FOUND, INVALID_DATA; INVALID_DOCUMENT when more examples are asked for than there are. */
  async splits(data: DataDocument): Promise<TrainingSplits> {
    const { dataset, contentHash = null, test = null, stratified, seed } = data;
    // What is held out for the test decides which examples are left.
    const datasetKey = hashJson({ dataset, contentHash, test, stratified, seed });
    if (this.#datasetKey !== datasetKey) {
      this.#splits.clear();
      this.#dataset = undefined;
      this.#datasetKey = undefined;
      this.#dataset = await loadDataset(data, this.#options);
      this.#datasetKey = datasetKey;
    }
    const key = hashJson(data);
    const known = this.#splits.get(key);
    if (known !== undefined) return known;
    this.#forgetCopies();
    const splits = splitDataset(this.#dataset!, data);
    this.#splits.set(key, splits);
    return splits;
  }

  /** Splits whose examples were made for their own training split hold a copy of all of them. */
  #forgetCopies(): void {
    for (const [key, { train }] of this.#splits) {
      if (train.examples !== this.#dataset!.examples) this.#splits.delete(key);
    }
  }
}

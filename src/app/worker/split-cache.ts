import { hashJson } from "../../base/index.ts";
import {
  loadDataset,
  splitDataset,
  type DataDocument,
  type Dataset,
  type TrainingSplits,
} from "../../learning/data/index.ts";

/**
 * Splits of the data sets that a process has read. The bytes of a data set are held once, whatever splits are drawn
 * from them; only the data set used last is kept, so that a study over data sets does not add them all up.
 */
export class SplitCache {
  readonly #dataDir: string | undefined;
  #dataset: Dataset | undefined;
  readonly #splits = new Map<string, TrainingSplits>();

  constructor(options: { readonly dataDir?: string | undefined }) {
    this.#dataDir = options.dataDir;
  }

  /** @throws DATA_NOT_FOUND, INVALID_DATA; INVALID_DOCUMENT when more examples are asked for than there are. */
  async splits(data: DataDocument): Promise<TrainingSplits> {
    if (this.#dataset?.name !== data.dataset) {
      this.#splits.clear();
      this.#dataset = undefined;
      this.#dataset = await loadDataset(data, { dataDir: this.#dataDir });
    }
    const key = hashJson(data);
    const known = this.#splits.get(key);
    if (known !== undefined) return known;
    const splits = splitDataset(this.#dataset, data);
    this.#splits.set(key, splits);
    return splits;
  }
}

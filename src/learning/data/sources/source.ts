import type { Dataset } from "../dataset.ts";
import type { DownloadProgress } from "../download.ts";
import type { Task } from "../task.ts";

export interface SourceOptions {
  /** A folder with one folder per data set, looked into first. */
  readonly dataDir?: string | undefined;
  /** Where fetched files are kept. Defaults to the user's cache folder. */
  readonly cacheDir?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends a download. */
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** Where a data set would be read from now, told without reading it. */
export interface DataLocation {
  readonly kind: "embedded" | "files" | "download";
  /** True when loading needs no network; opening the test split may still do, see `files`. */
  readonly isAtHand: boolean;
  /** Files that are read, of the examples first and then of the test split; empty when embedded. */
  readonly files: readonly { readonly path: string; readonly isAtHand: boolean; readonly address: string }[];
}

/**
 * A data set by name.
 *
 * **Purity.** Loading twice gives equal examples, labels and content hash, wherever the bytes lay.
 * **Laziness.** Importing, describing and locating read no examples; loading reads none of the test split.
 * **Validity.** Every label of a loaded data set is the index of a class, or every target a finite number.
 */
export interface DatasetSource {
  /** The name in documents; stable for ever, because results depend on it. */
  readonly name: string;
  readonly title: string;
  /** Where the data comes from and who may use it. */
  readonly origin: { readonly address: string | null; readonly licence: string };
  readonly task: Task;
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** How many examples there are to draw train and validation splits from. */
  readonly exampleCount: number;
  readonly testCount: number;
  locate(options: SourceOptions): Promise<DataLocation>;
  /** @throws DATA_NOT_FOUND when the files are neither at hand nor to be fetched; INVALID_DATA when they are damaged. */
  load(options: SourceOptions): Promise<Dataset>;
}

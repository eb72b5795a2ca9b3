/**
 * Data sets that are four IDX files: images and labels, for training and for test. Files are looked for in the folder
 * that the user names, then in the cache, and are fetched into the cache otherwise. Each is checked against its SHA-256
 * on every load: that takes 0.1 s for 47 MB, and a result that names its data must not rest on a damaged copy of it.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { TunesmithError } from "../../../base/index.ts";
import { cacheFolder } from "../cache-folder.ts";
import { contentHash } from "../content-hash.ts";
import type { Dataset, Examples } from "../dataset.ts";
import { download } from "../download.ts";
import { type IdxArray, readIdx } from "../idx.ts";
import { LockedSplit } from "../locked-split.ts";
import type { DataLocation, DatasetSource, SourceOptions } from "./source.ts";

export interface IdxFile {
  /** Without `.gz`: both forms are looked for, the compressed one first. */
  readonly name: string;
  /** Of the uncompressed file, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Two files that belong together. */
export interface IdxPair {
  readonly count: number;
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

export interface IdxFilesDescription {
  readonly name: string;
  readonly title: string;
  readonly origin: DatasetSource["origin"];
  readonly classes: readonly string[];
  /** Height and width. */
  readonly imageSize: readonly [number, number];
  /** Folders on the network that hold the compressed files; each ends in a slash, the official one first. */
  readonly addresses: readonly string[];
  readonly examples: IdxPair;
  readonly test: IdxPair;
}

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** gzip never makes a file much longer; the rest is room for headers. */
const downloadAllowanceBytes = 1 << 20;

/** A data set from IDX files of unsigned bytes. */
export class IdxFilesSource implements DatasetSource {
  readonly name: string;
  readonly title: string;
  readonly origin: DatasetSource["origin"];
  readonly classes: readonly string[];
  readonly shape: readonly number[];
  readonly exampleCount: number;
  readonly testCount: number;
  readonly #description: IdxFilesDescription;

  constructor(description: IdxFilesDescription) {
    this.#description = description;
    this.name = description.name;
    this.title = description.title;
    this.origin = description.origin;
    this.classes = description.classes;
    this.shape = [...description.imageSize, 1];
    this.exampleCount = description.examples.count;
    this.testCount = description.test.count;
  }

  async locate(options: SourceOptions): Promise<DataLocation> {
    const { examples, test, addresses } = this.#description;
    const files = await Promise.all(
      [examples.images, examples.labels, test.images, test.labels].map(async (file) => {
        const found = await this.#find(file, options);
        return {
          path: found ?? this.#cachePath(file, options),
          isAtHand: found !== undefined,
          address: `${addresses[0]}${file.name}.gz`,
        };
      }),
    );
    const isAtHand = files.every((file) => file.isAtHand);
    return { kind: isAtHand ? "files" : "download", isAtHand, files };
  }

  async load(options: SourceOptions): Promise<Dataset> {
    const { name, classes, shape } = this;
    const { examples, contentHash } = await this.#loadPair(this.#description.examples, options);
    // The test split is read long after: the signal of this load no longer means anything then.
    const later: SourceOptions = { ...options, signal: undefined };
    const test = new LockedSplit(this.testCount, () => this.#loadPair(this.#description.test, later));
    return { name, classes, shape, examples, test, contentHash };
  }

  async #loadPair(
    pair: IdxPair,
    options: SourceOptions,
  ): Promise<{ examples: Examples; contentHash: string }> {
    const [imagesPath, labelsPath] = await this.#obtain([pair.images, pair.labels], options);
    const images = await this.#read(imagesPath!, pair.images, 3);
    const labels = await this.#read(labelsPath!, pair.labels, 1);
    this.#checkPair({ images, labels, imagesPath: imagesPath!, labelsPath: labelsPath! });
    return {
      examples: {
        count: labels.values.length,
        shape: this.shape,
        features: images.values,
        labels: labels.values,
      },
      contentHash: contentHash({ features: images.sha256, labels: labels.sha256 }),
    };
  }

  #checkPair(pair: { images: IdxArray; labels: IdxArray; imagesPath: string; labelsPath: string }): void {
    const { images, labels, imagesPath, labelsPath } = pair;
    const [count, height, width] = images.dimensions;
    const size = this.#description.imageSize;
    if (height !== size[0] || width !== size[1]) {
      throw this.#invalid(imagesPath, `images of ${size.join(" x ")}`, `images of ${height} x ${width}`);
    }
    if (labels.values.length !== count) {
      throw this.#invalid(
        labelsPath,
        `${count} labels, one per image of \`${imagesPath}\``,
        `${labels.values.length}`,
      );
    }
    const index = labels.values.findIndex((label) => label >= this.classes.length);
    if (index >= 0) {
      const expected = `labels from 0 to ${this.classes.length - 1}`;
      throw this.#invalid(labelsPath, expected, `${labels.values[index]} at index ${index}`);
    }
  }

  /** Reads and checks one file; only the bytes asked for stay in memory. */
  async #read(path: string, file: IdxFile, rank: number): Promise<IdxArray> {
    let array: IdxArray;
    try {
      array = await readIdx(createReadStream(path, { highWaterMark: 1 << 20 }), { name: path, rank });
    } catch (cause) {
      if (cause instanceof TunesmithError) throw cause;
      throw new TunesmithError("DATA_NOT_FOUND", {
        message: `data set \`${this.name}\`: \`${path}\` must be readable, got ${(cause as Error).message}.`,
        hint: "Check the file's permissions and the disk.",
        facts: { dataset: this.name, path },
        cause,
      });
    }
    if (array.sha256 !== file.sha256) {
      throw this.#invalid(path, `SHA-256 ${file.sha256} (uncompressed)`, array.sha256);
    }
    return array;
  }

  async #find(file: IdxFile, options: SourceOptions): Promise<string | undefined> {
    for (const folder of this.#folders(options)) {
      for (const name of [`${file.name}.gz`, file.name]) {
        const path = join(folder, name);
        if (await isFile(path)) return path;
      }
    }
    return undefined;
  }

  #folders({ dataDir, cacheDir }: SourceOptions): string[] {
    return [...(dataDir === undefined ? [] : [dataDir]), cacheDir ?? cacheFolder()].map((folder) =>
      join(folder, this.name),
    );
  }

  #cachePath(file: IdxFile, options: SourceOptions): string {
    return join(this.#folders(options).at(-1)!, `${file.name}.gz`);
  }

  /** Paths of the files, after fetching what is missing. */
  async #obtain(files: readonly IdxFile[], options: SourceOptions): Promise<string[]> {
    const found = await Promise.all(files.map((file) => this.#find(file, options)));
    const missing = files.filter((_, index) => found[index] === undefined);
    for (const file of missing) {
      const path = this.#cachePath(file, options);
      const rank =
        file === this.#description.examples.labels || file === this.#description.test.labels ? 1 : 3;
      const failures = await download({
        addresses: this.#description.addresses.map((address) => `${address}${file.name}.gz`),
        path,
        largestSizeBytes: this.#largestSizeBytes(file),
        check: async (temporaryPath) => void (await this.#read(temporaryPath, file, rank)),
        onProgress: options.onProgress,
        signal: options.signal,
        fetch: options.fetch,
      });
      const damaged = failures.find(
        ({ cause }) => cause instanceof TunesmithError && cause.code === "INVALID_DATA",
      );
      if (damaged !== undefined) {
        throw new TunesmithError("INVALID_DATA", {
          message: `download of ${damaged.address}: ${damaged.reason}`,
          hint: `Try again later, or ${this.#byHand(missing, options)}`,
          facts: {
            dataset: this.name,
            failures: failures.map(({ address, reason }) => ({ address, reason })),
          },
          cause: damaged.cause,
        });
      }
      if (failures.length > 0) throw this.#notFound(missing, failures, options);
    }
    return files.map((file, index) => found[index] ?? this.#cachePath(file, options));
  }

  #largestSizeBytes(file: IdxFile): number {
    const { examples, test, imageSize } = this.#description;
    const { count } = [examples.images, examples.labels].includes(file) ? examples : test;
    return count * imageSize[0] * imageSize[1] + downloadAllowanceBytes;
  }

  #byHand(files: readonly IdxFile[], options: SourceOptions): string {
    const addresses = files.map((file) => `${this.#description.addresses[0]}${file.name}.gz`);
    return `fetch ${addresses.join(" and ")} elsewhere and put ${files.length === 1 ? "it" : "them"} into \`${this.#folders(options)[0]}\`.`;
  }

  #notFound(
    files: readonly IdxFile[],
    failures: Awaited<ReturnType<typeof download>>,
    options: SourceOptions,
  ): TunesmithError {
    const names = files.map((file) => `\`${file.name}.gz\``).join(" and ");
    const reasons = failures.map(({ address, reason }) => `${address}: ${reason}`).join("; ");
    const byHand = this.#byHand(files, options);
    return new TunesmithError("DATA_NOT_FOUND", {
      message: `data set \`${this.name}\`: ${names} must be at hand or to be fetched, got ${reasons}.`,
      hint: `${byHand[0]!.toUpperCase()}${byHand.slice(1)}`,
      facts: {
        dataset: this.name,
        files: files.map((file) => `${file.name}.gz`),
        folder: this.#folders(options)[0],
        failures: failures.map(({ address, reason }) => ({ address, reason })),
      },
      cause: failures[0]?.cause,
      isRetryable: true,
    });
  }

  #invalid(path: string, expected: string, received: string): TunesmithError {
    return new TunesmithError("INVALID_DATA", {
      message: `data set \`${this.name}\`, \`${path}\`: expected ${expected}, got ${received}.`,
      hint: "Delete the file and fetch it again.",
      facts: { dataset: this.name, path, expected, received },
    });
  }
}

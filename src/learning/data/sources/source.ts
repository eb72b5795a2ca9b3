import { z } from "zod";

import type { Dataset } from "../dataset.ts";
import type { DownloadProgress } from "../download.ts";
import type { MapFile } from "../map-file.ts";
import type { ScalingName } from "../preprocessing/fields.ts";
import type { Task } from "../task.ts";

/** How far a long reading has come, where it is more than a download: decoding images, reading a table. */
export interface ReadingProgress {
  /** What is being done, for example `decoding images`. */
  readonly what: string;
  readonly done: number;
  /** Null when nobody knows. */
  readonly total: number | null;
}

export interface SourceOptions {
  /** A folder with one folder per data set, looked into first. */
  readonly dataDir?: string | undefined;
  /** Where fetched and decoded files are kept. Defaults to the user's cache folder. */
  readonly cacheDir?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly onReading?: ((progress: ReadingProgress) => void) | undefined;
  /** What was left out or mended on request, in one sentence each. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Ends a download or a decoding. */
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof fetch | undefined;
  /**
   * A piece of a file as memory that is filled when it is looked at, and shared with other processes; writing to it does
   * not reach the file. Undefined where that cannot be had: then the piece is read.
   */
  readonly mapFile?: MapFile | undefined;
  /** Sources of the study file itself, by name. */
  readonly custom?: Readonly<Record<string, DatasetSource>> | undefined;
}

/** Where a data set would be read from now, told without reading it. */
export interface DataLocation {
  readonly kind: "embedded" | "files" | "download";
  /** True when loading needs no network; opening the test split may still do, see `files`. */
  readonly isAtHand: boolean;
  /** Files that are read, of the examples first and then of the test split; empty when embedded. */
  readonly files: readonly {
    readonly path: string;
    readonly isAtHand: boolean;
    /** Null for a person's own file. */
    readonly address: string | null;
  }[];
}

/** What a source knows of its examples before it reads them. */
export interface DatasetFacts {
  readonly task: Task;
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** How many examples there are to draw train and validation splits from. */
  readonly exampleCount: number;
  readonly testCount: number;
}

/**
 * A data set that can be read.
 *
 * **Purity.** Loading twice gives equal examples, labels and content hash, wherever the bytes lay.
 * **Laziness.** Importing, describing and locating read no examples; loading reads none of the test split where that lies
 * in files of its own.
 * **Validity.** Every label of a loaded data set is the index of a class, or every target a finite number.
 */
export interface DatasetSource {
  /** What messages and tables call it; of a data set by name that name, stable for ever. */
  readonly name: string;
  readonly title: string;
  /** Where the data comes from and who may use it. */
  readonly origin: { readonly address: string | null; readonly licence: string };
  /** Null when that is seen only by reading. */
  readonly taskKind: Task["kind"] | null;
  /** Null when that is seen only by reading. */
  readonly facts: DatasetFacts | null;
  /** How values are scaled unless the document says otherwise. */
  readonly defaultScaling: ScalingName;
  locate(options: SourceOptions): Promise<DataLocation>;
  /** @throws DATA_NOT_FOUND when the files are neither at hand nor to be fetched; INVALID_DATA when they are damaged. */
  load(options: SourceOptions): Promise<Dataset>;
}

export type SourceSchema = z.ZodObject<{ readonly kind: z.ZodLiteral<string> }>;

/** A kind of source: what a document must say of it, and the source that comes of that. */
export interface SourceKind<Schema extends SourceSchema = SourceSchema> {
  readonly schema: Schema;
  /** Fields that hold paths: a study file's are relative to its folder. */
  readonly paths: readonly string[];
  source(reference: z.output<Schema>): DatasetSource;
}

/** Lets the compiler infer a kind's types from its schema. */
export function defineSourceKind<Schema extends SourceSchema>(
  kind: Omit<SourceKind<Schema>, "paths"> & Partial<Pick<SourceKind<Schema>, "paths">>,
): SourceKind<Schema> {
  return { paths: [], ...kind };
}

/** A data set by name, which needs no more words. */
export function namedSource<Name extends string>(name: Name, source: DatasetSource) {
  return defineSourceKind({ schema: z.strictObject({ kind: z.literal(name) }), source: () => source });
}

import type { Examples } from "./examples.ts";
import type { LockedSplit } from "./locked-split.ts";
import type { ScalingName } from "./preprocessing/fields.ts";
import type { FittedPreprocessing } from "./preprocessing/fitted-preprocessing.ts";
import type { FeatureScaling } from "./preprocessing/scaling.ts";
import type { TableEncoding } from "./preprocessing/table-encoding.ts";
import type { Task } from "./task.ts";

/** One feature of a table. */
export interface Column {
  readonly name: string;
  /** Of a column of names: all of them, sorted; its values are their indices. Null for a column of numbers. */
  readonly categories: readonly string[] | null;
}

/** A data set as its source delivers it. Only `examples` may be trained on or searched over. */
export interface Dataset {
  readonly name: string;
  readonly task: Task;
  readonly shape: readonly number[];
  /** What training and validation splits are drawn from. In a table NaN is a missing value. */
  readonly examples: Examples;
  /** Opens once, for the winner. Null when the source has none of its own and none was held out. */
  readonly test: LockedSplit | null;
  /** SHA-256 over the content of `examples`: names the data independently of where it lay. See `content-hash.ts`. */
  readonly contentHash: string;
  /** How the source has values scaled, unless a document says otherwise. */
  readonly defaultScaling?: ScalingName;
  /** Of a table: one for each feature. */
  readonly columns?: readonly Column[];
  /** [count], examples of one group (a patient, a video) are never torn apart by a split. */
  readonly groups?: Int32Array;
  /** Which examples the source itself sets aside for validation. */
  readonly ownValidation?: Int32Array;
}

/** Some of a data set's examples, by index. */
export interface Split {
  readonly examples: Examples;
  readonly indices: Int32Array;
}

/** What a training may see, preprocessed but for the scaling, which the engine does while it gathers a batch. */
export interface TrainingSplits {
  readonly train: Split;
  readonly validation: Split;
  readonly task: Task;
  /** Shape of one example, without the batch dimension. */
  readonly shape: readonly number[];
  /** Fitted to the training split. Defaults to bytes to [0, 1] and floats as they are. */
  readonly scaling?: FeatureScaling;
  /** What the scaling was fitted from, for people; measured when asked for. */
  readonly describePreprocessing?: () => FittedPreprocessing;
  /** What was done to these examples done to others of the same data set. Defaults to nothing. */
  readonly prepare?: (examples: Examples) => Examples;
  /** Of a table: what each of its columns became. */
  readonly table?: TableEncoding;
}

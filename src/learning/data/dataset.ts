import type { Examples } from "./examples.ts";
import type { LockedSplit } from "./locked-split.ts";
import type { Task } from "./task.ts";

/** A data set as its source delivers it. Only `examples` may be trained on or searched over. */
export interface Dataset {
  readonly name: string;
  readonly task: Task;
  readonly shape: readonly number[];
  /** What training and validation splits are drawn from. */
  readonly examples: Examples;
  /** The source's own test split, which opens once, for the winner. */
  readonly test: LockedSplit;
  /** SHA-256 over the content of `examples`: names the data independently of where it lay. See `content-hash.ts`. */
  readonly contentHash: string;
}

/** Some of a data set's examples, by index. */
export interface Split {
  readonly examples: Examples;
  readonly indices: Int32Array;
}

/** What a training may see. */
export interface TrainingSplits {
  readonly train: Split;
  readonly validation: Split;
  readonly task: Task;
  /** Shape of one example, without the batch dimension. */
  readonly shape: readonly number[];
}

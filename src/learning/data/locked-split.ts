/**
 * The test split under lock: an honest figure for the winner needs examples that no choice was made on, so no code
 * path of training or search may reach them, not even by accident.
 *
 * The way to the examples is a private field of a class whose instances show only their count. The one function that
 * can read it is `openTestSplit`; the room's `index.ts` does not export it, and the import guard lets only the final
 * evaluation import `open-test-split.ts`.
 */
import { TunesmithError } from "../../base/index.ts";
import type { Examples } from "./examples.ts";
import type { Duplicates, DuplicateSearchOptions, Unlabelled } from "./inspection/duplicates.ts";
import { duplicatesBetween } from "./inspection/find-duplicates.ts";

export interface TestSplitContent {
  readonly examples: Examples;
  readonly contentHash: string;
}

export interface OpenTestSplitOptions {
  /** What the opening is for, in words; it goes into the record. */
  readonly purpose: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The fact that a test split was opened; plain data, for the study's records. */
export interface TestSplitOpening {
  readonly purpose: string;
  readonly openedAt: number;
  /** 1 for the first opening of this split in this process. */
  readonly ordinal: number;
  readonly contentHash: string;
}

export interface OpenedTestSplit {
  readonly examples: Examples;
  readonly opening: TestSplitOpening;
}

let open: (split: LockedSplit, options: OpenTestSplitOptions) => Promise<OpenedTestSplit>;
let compared: (
  split: LockedSplit,
  set: Unlabelled,
  options: DuplicateSearchOptions,
) => Promise<TestDuplicates>;
let narrowed: (split: LockedSplit, options: NarrowLockOptions) => LockedSplit;

/** What may be known of test examples without an opening: which of them somebody already has. */
export interface TestDuplicates extends Duplicates {
  /** Of the test split, which may be known only now. */
  readonly testCount: number;
}

export interface NarrowLockOptions {
  readonly count: number | null;
  /** Takes its part of what was read; called once per opening. */
  readonly narrow: (content: TestSplitContent) => TestSplitContent;
}

/** Test examples that exist but cannot be read; nothing is loaded before the split is opened. */
export class LockedSplit {
  /** Null where it is seen only by reading. */
  readonly count: number | null;
  readonly #read: () => Promise<TestSplitContent>;
  #openings = 0;

  static {
    open = async (split, { purpose, now }) => {
      const { examples, contentHash } = await split.#read();
      split.#openings += 1;
      return { examples, opening: { purpose, openedAt: now, ordinal: split.#openings, contentHash } };
    };
    compared = async (split, set, options) => {
      const { examples } = await split.#read();
      // Indices and distances: whoever holds `set` learns where the same features are, and nothing of the labels.
      return { ...duplicatesBetween(set, examples, options), testCount: examples.count };
    };
    narrowed = (split, { count, narrow }) => new LockedSplit(count, async () => narrow(await split.#read()));
  }

  /** @param read fetches the examples; called once per opening. */
  constructor(count: number | null, read: () => Promise<TestSplitContent>) {
    this.count = count;
    this.#read = read;
    Object.freeze(this);
  }
}

/**
 * Reads the test examples and says that it did. An opening that fails is not counted.
 *
 * @throws INVALID_USAGE when no purpose is given; DATA_NOT_FOUND and INVALID_DATA as reading the files does.
 */
export async function openTestSplit(
  split: LockedSplit,
  options: OpenTestSplitOptions,
): Promise<OpenedTestSplit> {
  if (options.purpose.trim() === "") {
    throw new TunesmithError("INVALID_USAGE", {
      message: "test split: `purpose` must say what the opening is for, got an empty text.",
      hint: "Name the study and the trial whose final evaluation this is.",
    });
  }
  return open(split, options);
}

/**
 * Which of a set's examples are in the test split too; `second` of a pair is an index into that.
 *
 * The comparison takes place behind the lock: indices, distances and the split's size come out, never an example or a
 * label. A choice that is made on them cannot flatter a test figure, but for examples that are to be taken out of
 * training because of it. So it is no opening: it is neither counted nor recorded as one.
 *
 * @throws DATA_NOT_FOUND and INVALID_DATA as reading the files does
 */
export function compareWithTest(
  split: LockedSplit,
  set: Unlabelled,
  options: DuplicateSearchOptions = {},
): Promise<TestDuplicates> {
  return compared(split, set, options);
}

/** A lock on a part of what another one locks. Nothing is read before it is opened. */
export function narrowLock(split: LockedSplit, options: NarrowLockOptions): LockedSplit {
  return narrowed(split, options);
}

/** How a column of a table becomes features, for people. */
export interface ColumnEncoding {
  readonly name: string;
  /** Of a column of names: those that occur in the training split, sorted. Null for a column of numbers. */
  readonly names: readonly string[] | null;
  /** How many of the training examples have no value there. */
  readonly missing: number;
  /** What stands in for a missing value; null where nothing is missing in any example, or names become an all-zero row. */
  readonly filledWith: number | string | null;
}

/** What was learned from the training split to make features out of a table. */
export interface TableEncoding {
  readonly columns: readonly ColumnEncoding[];
  /** One for each value that the network sees: `size`, `color=red`. */
  readonly featureNames: readonly string[];
}

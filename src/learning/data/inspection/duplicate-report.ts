/** Duplicates by where they are: what is twice in training costs little, what is in two splits makes results look better. */
import type { Dataset, TrainingSplits } from "../dataset.ts";
import { compareWithTest } from "../locked-split.ts";
import type { DuplicatePair, Duplicates, DuplicateSearchOptions } from "./duplicates.ts";
import { duplicatesWithin } from "./find-duplicates.ts";

export interface ReportedPair extends DuplicatePair {
  readonly isExact: boolean;
  /** Unknown for pairs with test examples. */
  readonly hasSameLabel?: boolean;
}

export interface DuplicateReport {
  /** Both in the training split. */
  readonly train: readonly ReportedPair[];
  /** `first` is in training, `second` in validation. */
  readonly trainValidation: readonly ReportedPair[];
  /** `first` is in training or validation, `second` of the test split. Null without one, or when nobody may read it now. */
  readonly test: readonly ReportedPair[] | null;
  /** Known when the test split was compared. */
  readonly testCount: number | null;
  readonly isComplete: boolean;
}

export interface DuplicateReportOptions extends DuplicateSearchOptions {
  /** Whether to compare with the test split, whose files are then read. */
  readonly comparesTest: boolean;
}

export async function reportDuplicates(
  { examples, task, test }: Pick<Dataset, "examples" | "task" | "test">,
  { train, validation }: Pick<TrainingSplits, "train" | "validation">,
  { comparesTest, ...options }: DuplicateReportOptions,
): Promise<DuplicateReport> {
  const { labels } = examples;
  const outputs = task.kind === "classification" ? 1 : task.targetNames.length;
  const hasSameLabel = ({ first, second }: DuplicatePair): boolean => {
    for (let i = 0; i < outputs; i++) {
      if (labels[first * outputs + i] !== labels[second * outputs + i]) return false;
    }
    return true;
  };
  const splitOf = new Uint8Array(examples.count);
  for (const index of train.indices) splitOf[index] = 1;
  for (const index of validation.indices) splitOf[index] = 2;
  const within = duplicatesWithin(examples, options);
  const pairs = pairsOf(within).map((pair) => ({ ...pair, hasSameLabel: hasSameLabel(pair) }));
  const between = (a: number, b: number) =>
    pairs.filter(({ first, second }) => splitOf[first] === a && splitOf[second] === b);
  const turned = between(2, 1).map((pair) => ({ ...pair, first: pair.second, second: pair.first }));
  const withTest = test === null || !comparesTest ? null : await compareWithTest(test, examples, options);
  const isUsed = ({ first }: DuplicatePair) => splitOf[first] !== 0;
  return {
    train: between(1, 1),
    trainValidation: [...between(1, 2), ...turned].sort((a, b) => a.distance - b.distance),
    test: withTest === null ? null : pairsOf(withTest).filter(isUsed),
    testCount: withTest?.testCount ?? test?.count ?? null,
    isComplete: within.isComplete && (withTest?.isComplete ?? true),
  };
}

const pairsOf = ({ exact, near }: Duplicates): ReportedPair[] => [
  ...exact.map((pair) => ({ ...pair, isExact: true })),
  ...near.map((pair) => ({ ...pair, isExact: false })),
];

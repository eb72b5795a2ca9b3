export interface SplitProblem {
  readonly field: "fold" | "validation";
  readonly rule: string;
}

interface SplitFields {
  readonly folds?: number | undefined;
  readonly fold: number;
  readonly validation?: number | undefined;
}

/** What is wrong with a document's splits whatever the data. */
export function splitProblems({ folds, fold, validation }: SplitFields): SplitProblem[] {
  if (folds === undefined) {
    return fold === 0 ? [] : [{ field: "fold", rule: "expected 0 where there are no `folds`" }];
  }
  const problems: SplitProblem[] = [];
  if (fold >= folds) {
    problems.push({
      field: "fold",
      rule: `expected at most ${folds - 1}, the last of ${folds} folds counted from 0`,
    });
  }
  if (validation !== undefined) {
    problems.push({
      field: "validation",
      rule: "expected nothing beside `folds`, which say how many validate",
    });
  }
  return problems;
}

/** The only door to test examples. The import guard lets the final evaluation through it and nobody else. */
export {
  openTestSplit,
  type OpenedTestSplit,
  type OpenTestSplitOptions,
  type TestSplitOpening,
} from "./locked-split.ts";

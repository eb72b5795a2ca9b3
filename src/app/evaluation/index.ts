export { environmentDifferences } from "./environment-differences.ts";
export { testTrial, type TestTrialOptions } from "./test-trial.ts";

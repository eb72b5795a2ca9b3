import { counted, percent, type DataFinding } from "./data-finding.ts";
import type { DuplicateReport, ReportedPair } from "./duplicate-report.ts";

interface Counts {
  readonly train: number;
  readonly validation: number;
}

/** More repeated examples than this are worth a warning. */
const warningShare = 0.01;

export function duplicateFindings(report: DuplicateReport, counts: Counts): DataFinding[] {
  const { train, trainValidation, test, testCount, isComplete } = report;
  const same = train.filter(({ hasSameLabel }) => hasSameLabel);
  const different = [...train, ...trainValidation].filter(({ hasSameLabel }) => !hasSameLabel);
  return [
    ...(same.length === 0
      ? []
      : [
          {
            code: "duplicates-in-train",
            severity: severityOf(same.length / counts.train),
            message: `${kindsText(same)} in the training split with the same label: they count twice.`,
            hint: "Take them out, unless such examples are as frequent where the model will be used.",
          },
        ]),
    ...(different.length === 0
      ? []
      : [
          {
            code: "duplicates-with-different-labels",
            severity: "warning" as const,
            message: `${kindsText(different)} with different labels: at most one of the two is right.`,
            hint: "Look at them by `tunesmith data preview TARGET --what duplicates` and correct the labels.",
          },
        ]),
    ...(trainValidation.length === 0
      ? []
      : [
          {
            code: "duplicates-in-validation",
            severity: severityOf(distinctSeconds(trainValidation) / counts.validation),
            message: `${kindsText(trainValidation)} in both the training and the validation split, ${percent(distinctSeconds(trainValidation) / counts.validation)} of validation: its figures are too good.`,
            hint: "Keep copies together by a group (`group` of a table), or take them out of the data.",
          },
        ]),
    ...(test === null || test.length === 0
      ? []
      : [
          {
            code: "duplicates-in-test",
            severity: severityOf(distinctSeconds(test) / testCount!),
            message: `${kindsText(test)} in both the test split and what is trained or validated on, ${percent(distinctSeconds(test) / testCount!)} of the test split: the test figure is too good by up to that.`,
            hint: "Take them out of the examples; `--json` lists their indices. The test split stays locked.",
          },
        ]),
    ...(isComplete
      ? []
      : [
          {
            code: "duplicates-not-all",
            severity: "note" as const,
            message: "The search for near duplicates was cut short: too many examples look alike.",
            hint: "There are more duplicates than are counted here.",
          },
        ]),
  ];
}

const severityOf = (share: number): DataFinding["severity"] => (share >= warningShare ? "warning" : "note");

/** Examples of the second split, each once. */
const distinctSeconds = (pairs: readonly ReportedPair[]): number =>
  new Set(pairs.map(({ second }) => second)).size;

/** `3 equal and 2 nearly equal pairs of examples` */
function kindsText(pairs: readonly ReportedPair[]): string {
  const exact = pairs.filter(({ isExact }) => isExact).length;
  const near = pairs.length - exact;
  if (near === 0) return `${counted(exact, "equal pair")} of examples`;
  if (exact === 0) return `${counted(near, "nearly equal pair")} of examples`;
  return `${exact} equal and ${counted(near, "nearly equal pair")} of examples`;
}

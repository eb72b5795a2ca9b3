import { counted, percent, type DataFinding } from "../data-finding.ts";
import type { ReportedPair } from "../duplicate-report.ts";
import type { DataRule } from "./rule.ts";

/** More repeated examples than this are worth a warning. */
const warningShare = 0.01;

export const duplicatesInTrain: DataRule = ({ duplicates, counts }) => {
  const same = (duplicates?.train ?? []).filter(({ hasSameLabel }) => hasSameLabel);
  if (same.length === 0) return [];
  return [
    {
      severity: severityOf(same.length / counts.train),
      message: `${kindsText(same)} in the training split with the same label: they count twice.`,
      hint: "Take them out, unless such examples are as frequent where the model will be used.",
    },
  ];
};

export const duplicatesWithDifferentLabels: DataRule = ({ duplicates }) => {
  if (duplicates === null) return [];
  const { train, trainValidation } = duplicates;
  const different = [...train, ...trainValidation].filter(({ hasSameLabel }) => !hasSameLabel);
  if (different.length === 0) return [];
  return [
    {
      severity: "warning",
      message: `${kindsText(different)} with different labels: at most one of the two is right.`,
      hint: "Look at them by `tunesmith data preview TARGET --what duplicates` and correct the labels.",
    },
  ];
};

export const duplicatesInValidation: DataRule = ({ duplicates, counts }) => {
  const pairs = duplicates?.trainValidation ?? [];
  if (pairs.length === 0) return [];
  const share = distinctSeconds(pairs) / counts.validation;
  return [
    {
      severity: severityOf(share),
      message: `${kindsText(pairs)} in both the training and the validation split, ${percent(share)} of validation: its figures are too good.`,
      hint: "Keep copies together by a group (`group` of a table), or take them out of the data.",
    },
  ];
};

export const duplicatesInTest: DataRule = ({ duplicates }) => {
  const pairs = duplicates?.test ?? [];
  if (pairs.length === 0) return [];
  const share = distinctSeconds(pairs) / duplicates!.testCount!;
  return [
    {
      severity: severityOf(share),
      message: `${kindsText(pairs)} in both the test split and what is trained or validated on, ${percent(share)} of the test split: the test figure is too good by up to that.`,
      hint: "Take them out of the examples; `--json` lists their indices. The test split stays locked.",
    },
  ];
};

export const duplicatesNotAll: DataRule = ({ duplicates }) =>
  duplicates?.isComplete === false
    ? [
        {
          severity: "note",
          message: "The search for near duplicates was cut short: too many examples look alike.",
          hint: "There are more duplicates than are counted here.",
        },
      ]
    : [];

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

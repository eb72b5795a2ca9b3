/** Findings about values, columns, classes and targets. */
import type { Task } from "../task.ts";
import type { ClassBalance } from "./class-balance.ts";
import type { ColumnSummary } from "./column-summary.ts";
import { counted, percent, type DataFinding } from "./data-finding.ts";
import type { LeakSuspect } from "./leak-suspects.ts";
import type { FeatureSummary } from "./value-statistics.ts";

/** Names in a sentence; more are only counted. */
const mostNames = 5;
const notedRatio = 3;
const warnedRatio = 10;
/** Fewer examples of a class are learned by heart. */
const fewExamples = 10;
/** Of all values together: a sentinel such as -9999, or a unit that changed on the way. */
const farDeviations = 100;
/** As far as no bell curve reaches, and few long tails. */
const farRanges = 100;
/** Bytes of a picture that is black to the eye: labels, masks or a wrong depth. */
const darkestMaximum = 16 / 255;
/** A column whose values are so much larger than another's drowns it out. */
const unlikeScales = 1000;
/** Fewer rows have different values by chance. */
const fewestIds = 20;

const namesText = (names: readonly string[]): string =>
  names
    .slice(0, mostNames)
    .map((name) => `\`${name}\``)
    .join(", ") + (names.length > mostNames ? ` and ${names.length - mostNames} more` : "");

export function featureFindings(
  features: FeatureSummary,
  {
    isBytes,
    isImage,
    scaling,
    count,
  }: {
    readonly isBytes: boolean;
    readonly isImage: boolean;
    readonly scaling: string;
    /** Values of one example. */
    readonly count: number;
  },
): DataFinding[] {
  const { all, constant, farthest, missing } = features;
  const findings: DataFinding[] = [];
  if (constant === count) {
    findings.push({
      code: "constant-features",
      severity: "warning",
      message: "All training examples are the same: there is nothing to tell them apart by.",
      hint: "Look at them by `tunesmith data preview TARGET`.",
    });
  } else if (constant > 0 && isImage) {
    findings.push({
      code: "constant-pixels",
      severity: "note",
      message: `${constant} of ${count} values are the same in every training example (${percent(constant / count)}), as borders are.`,
      hint: "They cost time and teach nothing; a scaling by `feature` leaves them at 0.",
    });
  }
  if (isBytes && isImage && all.maximum <= darkestMaximum) {
    findings.push({
      code: "suspicious-scale",
      severity: "warning",
      message: `Bytes reach only ${Math.round(all.maximum * 255)} of 255: after division by 255 the network sees almost nothing.`,
      hint: "Are these classes, masks or values of another range? `data.preprocessing.scaling: min-max` uses what there is.",
    });
  }
  const isScaled = scaling === "standardize" || scaling === "min-max";
  if (!isBytes && !isScaled && (all.deviation > 30 || Math.abs(all.mean) > 30)) {
    findings.push({
      code: "suspicious-scale",
      severity: "warning",
      message: `Values have mean ${round(all.mean)} and standard deviation ${round(all.deviation)} and are not scaled: networks learn best near 0 and 1.`,
      hint: "Set `data.preprocessing.scaling: standardize`.",
    });
  }
  if (!isBytes && isImage && farthest > farDeviations) {
    findings.push({
      code: "far-values",
      severity: "warning",
      message: `A value lies ${round(farthest)} standard deviations from the mean: a stand-in for a missing value, or a slip.`,
      hint: "Look for it in the source, and replace it by a missing value or the right one.",
    });
  }
  if (missing > 0 && isImage) {
    findings.push({
      code: "missing-values",
      severity: "warning",
      message: `${counted(missing, "value")} of images are not a number: every loss they are part of is NaN.`,
      hint: "Replace them in the source.",
    });
  }
  return findings;
}

export function columnFindings(
  columns: readonly ColumnSummary[],
  {
    rows,
    scaling,
    filling,
  }: { readonly rows: number; readonly scaling: string; readonly filling: string | undefined },
): DataFinding[] {
  const findings: DataFinding[] = [];
  const namesOf = (rule: (column: ColumnSummary) => boolean) => columns.filter(rule).map(({ name }) => name);
  const missing = namesOf((column) => column.missing > 0);
  if (missing.length > 0) {
    const cells = columns.reduce((sum, column) => sum + column.missing, 0);
    findings.push({
      code: "missing-values",
      severity: filling === undefined ? "warning" : "note",
      message: `${counted(cells, "value")} missing in ${counted(missing.length, "column")}: ${namesText(missing)}.`,
      hint:
        filling === undefined
          ? "Say by `data.preprocessing.missing` what stands in for them: `mean`, `median`, `most-frequent` or `zero`."
          : `By \`data.preprocessing.missing: ${filling}\` something stands in for each.`,
    });
  }
  const constant = namesOf((column) => column.distinct <= 1);
  if (constant.length > 0) {
    findings.push({
      code: "constant-columns",
      severity: "warning",
      message: `${counted(constant.length, "column")} with one value in every training example: ${namesText(constant)}.`,
      hint: "They teach nothing: leave them out by `ignore`.",
    });
  }
  const ids = rows < fewestIds ? [] : namesOf((column) => isIdLike(column, rows));
  if (ids.length > 0) {
    findings.push({
      code: "id-like-columns",
      severity: "warning",
      message: `Another value in every row, as a number or name of the row has: ${namesText(ids)}. A model learns such rows by heart.`,
      hint: "Leave them out by `ignore`.",
    });
  }
  const far = namesOf(({ numbers }) => numbers !== null && numbers.reach > farRanges);
  if (far.length > 0) {
    findings.push({
      code: "far-values",
      severity: "note",
      message: `Values more than ${farRanges} interquartile ranges from the median in ${namesText(far)}: stand-ins for missing values, slips, or a long tail.`,
      hint: "Name stand-ins in `missing` of the source; of a long tail take the logarithm.",
    });
  }
  const deviations = columns.flatMap(({ numbers }) =>
    numbers !== null && numbers.deviation > 0 ? [numbers.deviation] : [],
  );
  const ratio = Math.max(...deviations) / Math.min(...deviations);
  if (scaling !== "standardize" && scaling !== "min-max" && deviations.length > 1 && ratio > unlikeScales) {
    findings.push({
      code: "suspicious-scale",
      severity: "warning",
      message: `Columns are not scaled and differ by ${round(ratio)} times in their spread: the largest drowns out the others.`,
      hint: "Set `data.preprocessing.scaling: standardize`.",
    });
  }
  return findings;
}

/** Names or whole numbers that are all different, or all but a few copies and numbered through. */
function isIdLike({ kind, distinct, numbers, missing }: ColumnSummary, rows: number): boolean {
  if (missing > 0 || (kind !== "names" && numbers?.areWhole !== true)) return false;
  if (distinct === rows) return true;
  const isNumbered = numbers !== null && numbers.maximum - numbers.minimum < 2 * rows;
  return isNumbered && distinct >= 0.95 * rows;
}

export function leakFindings(
  suspects: readonly LeakSuspect[],
  { names, task }: { readonly names: readonly string[]; readonly task: Task },
): DataFinding[] {
  return suspects.map(({ column, agreement }) => ({
    code: "leak-suspect",
    severity: "warning",
    message: `Column \`${names[column]}\` gives the target by itself, with ${task.kind === "classification" ? "an accuracy" : "an R squared"} of ${round(agreement)}.`,
    hint: "Is it known before the target is? If not, leave it out by `ignore`.",
  }));
}

export function classFindings(
  counts: readonly number[],
  { names, balance }: { readonly names: readonly string[]; readonly balance: ClassBalance },
): DataFinding[] {
  const findings: DataFinding[] = [];
  const { ratio, effectiveClasses } = balance;
  if (ratio >= notedRatio) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    findings.push({
      code: "class-imbalance",
      severity: ratio >= warnedRatio ? "warning" : "note",
      message: `The largest class has ${round(ratio)} times the examples of the smallest, which leaves ${round(effectiveClasses)} of ${counts.length} classes in effect: saying the largest every time is right in ${percent(Math.max(...counts) / total)}.`,
      hint: "Set `data.sampling: balanced` or `training.classWeights`, and `data.stratified: true`.",
    });
  }
  const absent = names.filter((_, index) => counts[index] === 0);
  if (absent.length > 0) {
    findings.push({
      code: "classes-without-examples",
      severity: "warning",
      message: `No training example of ${namesText(absent)}.`,
      hint: "Set `data.stratified: true`, or train on more examples.",
    });
  }
  const small = names.filter((_, index) => counts[index]! > 0 && counts[index]! < fewExamples);
  if (small.length > 0) {
    findings.push({
      code: "small-classes",
      severity: "warning",
      message: `Fewer than ${fewExamples} training examples of ${namesText(small)}.`,
      hint: "Bring more of them, or join classes: what so few have in common is mostly chance.",
    });
  }
  return findings;
}

const round = (value: number): string =>
  String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));

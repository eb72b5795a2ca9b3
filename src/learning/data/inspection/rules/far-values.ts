import { columnsWith, namesText, round, type DataRule } from "./rule.ts";

/** Of all values of images together: a sentinel such as -9999, or a unit that changed on the way. */
const farDeviations = 100;
/** As far as no bell curve reaches, and few long tails. */
const farRanges = 100;

export const farValues: DataRule = (data) => {
  const { features, isBytes, isImage } = data;
  if (!isBytes && isImage && features.farthest > farDeviations) {
    return [
      {
        severity: "warning",
        message: `A value lies ${round(features.farthest)} standard deviations from the mean: a stand-in for a missing value, or a slip.`,
        hint: "Look for it in the source, and replace it by a missing value or the right one.",
      },
    ];
  }
  const far = columnsWith(data, ({ numbers }) => numbers !== null && numbers.reach > farRanges);
  if (far.length === 0) return [];
  return [
    {
      severity: "note",
      message: `Values more than ${farRanges} interquartile ranges from the median in ${namesText(far)}: stand-ins for missing values, slips, or a long tail.`,
      hint: "Name stand-ins in `missing` of the source; of a long tail take the logarithm.",
    },
  ];
};

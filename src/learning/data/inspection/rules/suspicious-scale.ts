import type { DataFinding } from "../data-finding.ts";
import { round, type DataRule } from "./rule.ts";

/** Bytes of a picture that is black to the eye: labels, masks or a wrong depth. */
const darkestMaximum = 16 / 255;
/** A column whose values are so much larger than another's drowns it out. */
const unlikeScales = 1000;
/** Networks are made for inputs about 0 with a spread of about 1. */
const farFromUnit = 30;

export const suspiciousScale: DataRule = ({ features: { all }, columns, isBytes, isImage, scaling }) => {
  const findings: Omit<DataFinding, "code">[] = [];
  const isScaled = scaling === "standardize" || scaling === "min-max";
  if (isBytes && isImage && all.maximum <= darkestMaximum) {
    findings.push({
      severity: "warning",
      message: `Bytes reach only ${Math.round(all.maximum * 255)} of 255: after division by 255 the network sees almost nothing.`,
      hint: "Are these classes, masks or values of another range? `data.preprocessing.scaling: min-max` uses what there is.",
    });
  }
  if (!isBytes && !isScaled && (all.deviation > farFromUnit || Math.abs(all.mean) > farFromUnit)) {
    findings.push({
      severity: "warning",
      message: `Values have mean ${round(all.mean)} and standard deviation ${round(all.deviation)} and are not scaled: networks learn best near 0 and 1.`,
      hint: "Set `data.preprocessing.scaling: standardize`.",
    });
  }
  const deviations = (columns ?? []).flatMap(({ numbers }) =>
    numbers !== null && numbers.deviation > 0 ? [numbers.deviation] : [],
  );
  const ratio = Math.max(...deviations) / Math.min(...deviations);
  if (!isScaled && deviations.length > 1 && ratio > unlikeScales) {
    findings.push({
      severity: "warning",
      message: `Columns are not scaled and differ by ${round(ratio)} times in their spread: the largest drowns out the others.`,
      hint: "Set `data.preprocessing.scaling: standardize`.",
    });
  }
  return findings;
};

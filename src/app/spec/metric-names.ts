import { unknownName } from "./describe-issue.ts";

/** What every training reports once per epoch. */
const metricNames = [
  "train/loss",
  "train/accuracy",
  "validation/loss",
  "validation/accuracy",
  "train/seconds",
  "validation/seconds",
] as const;

const layerMetric = /^(?:hidden[1-9]\d*|output)\/(?:weight|gradient)-mean-absolute$/;

export type MetricName =
  (typeof metricNames)[number] | `${`hidden${number}` | "output"}/${"weight" | "gradient"}-mean-absolute`;

/** Why no training reports such a metric; undefined when one does. */
export function metricProblem(name: string): string | undefined {
  if ((metricNames as readonly string[]).includes(name) || layerMetric.test(name)) return undefined;
  const examples = ["hidden1/weight-mean-absolute", "output/weight-mean-absolute"];
  return unknownName("unknown metric", { name, allowed: [...metricNames, ...examples] });
}

import {
  epochMetricNames,
  evaluatedTrainMetricNames,
  layerMetricNames,
} from "../../learning/training/index.ts";
import { unknownName } from "./describe-issue.ts";

const layerMetric = new RegExp(`^(?:hidden[1-9]\\d*|output)/(?:${layerMetricNames.join("|")})$`);

const namesOfEpochs = [...epochMetricNames, ...evaluatedTrainMetricNames] as const;

export type MetricName =
  (typeof namesOfEpochs)[number] | `${`hidden${number}` | "output"}/${(typeof layerMetricNames)[number]}`;

/** Why no training reports such a metric; undefined when one does. */
export function metricProblem(name: string): string | undefined {
  if ((namesOfEpochs as readonly string[]).includes(name) || layerMetric.test(name)) return undefined;
  const examples = ["hidden1/weight-mean-absolute", "output/weight-mean-absolute"];
  return unknownName("unknown metric", { name, allowed: [...namesOfEpochs, ...examples] });
}

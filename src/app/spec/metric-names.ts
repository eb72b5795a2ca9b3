import {
  epochMetricNames,
  evaluatedTrainMetricNames,
  layerMetricNames,
  measureOf,
  type MeasureName,
} from "../../learning/training/index.ts";
import { unknownName } from "./describe-issue.ts";

const layerMetric = /^([A-Za-z_]\w*(?:\.\w+)*)\/([a-z-]+)$/;

const namesOfEpochs = [...epochMetricNames, ...evaluatedTrainMetricNames] as const;

export type MetricName = (typeof namesOfEpochs)[number] | `${string}/${(typeof layerMetricNames)[number]}`;

/**
 * Why no training reports such a metric; undefined when one does.
 *
 * @param measure what the document asks to be measured
 */
export function metricProblem(name: string, measure: readonly unknown[]): string | undefined {
  if ((namesOfEpochs as readonly string[]).includes(name)) return undefined;
  const [, layer = "", what = ""] = layerMetric.exec(name) ?? [];
  const needed = measureOf(what);
  if (needed === undefined) {
    const isLayer = layer !== "" && layer !== "train" && layer !== "validation";
    const ofLayers = layerMetricNames.map((metric) => `${isLayer ? layer : "hidden1"}/${metric}`);
    return unknownName("unknown metric", { name, allowed: [...namesOfEpochs, ...ofLayers] });
  }
  if (needed === null || (measure as readonly MeasureName[]).includes(needed)) return undefined;
  return `is measured only when \`training.measure\` lists \`${needed}\`, got \`${name}\`.`;
}

/** What `training.measure` can ask for, and the metrics that come of it. */
import type { MeasureOptions } from "../../compiler/index.ts";

export const measureNames = ["activations", "gradients", "weights", "updates", "histograms"] as const;

/**
 * activations: of every activation layer, in training and in validation. gradients: norms. weights: norms. updates: how
 * far the epoch's last step moved the weights. histograms: of weights, gradients and activations.
 */
export type MeasureName = (typeof measureNames)[number];

/** Reported as `LAYER/NAME` for every layer that has a weight matrix; with what it takes, when it is not always there. */
export const weightMetrics = {
  "weight-mean-absolute": null,
  "gradient-mean-absolute": null,
  "weight-norm": "weights",
  "gradient-norm": "gradients",
  "update-ratio": "updates",
} as const satisfies Record<string, MeasureName | null>;

const statistics = ["mean", "mean-absolute", "standard-deviation", "dead-share", "saturated-share"] as const;

/** Reported as `LAYER/NAME` for every activation layer; the saturated share of those whose range has two ends. */
export const activationMetricNames = statistics.flatMap((name) => [
  `train-activation-${name}` as const,
  `validation-activation-${name}` as const,
]);

/** Every `NAME` of `LAYER/NAME`. */
export const layerMetricNames = [
  ...(Object.keys(weightMetrics) as (keyof typeof weightMetrics)[]),
  ...activationMetricNames,
];

/** What `training.measure` must list for a metric of layers; null for nothing, undefined for a name that is none. */
export function measureOf(name: string): MeasureName | null | undefined {
  if (Object.hasOwn(weightMetrics, name)) return weightMetrics[name as keyof typeof weightMetrics];
  return (activationMetricNames as readonly string[]).includes(name) ? "activations" : undefined;
}

/** What the compiler has to add to a plan. */
export function measureOptions(names: readonly MeasureName[]): MeasureOptions {
  const has = (name: MeasureName) => names.includes(name);
  return {
    activations: has("activations"),
    gradientNorms: has("gradients"),
    weightNorms: has("weights"),
    updates: has("updates"),
    histograms: has("histograms"),
  };
}

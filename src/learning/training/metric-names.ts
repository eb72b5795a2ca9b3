/** What every training reports once per epoch, for those who ask for a metric by its name. */
export const epochMetricNames = [
  "train/loss",
  "train/accuracy",
  "validation/loss",
  "validation/accuracy",
  "train/seconds",
  "validation/seconds",
] as const;

/** Reported as `LAYER/NAME` for every layer that has a weight matrix. */
export const layerMetricNames = ["weight-mean-absolute", "gradient-mean-absolute"] as const;

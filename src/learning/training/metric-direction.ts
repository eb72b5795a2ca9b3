/** Whether less or more of a metric is better: by its name, unless somebody says. */
import { TunesmithError } from "../../base/index.ts";

export type MetricDirection = "minimize" | "maximize";

const better: readonly (readonly [MetricDirection, RegExp])[] = [
  ["minimize", /(^|-)(loss|error|perplexity)$/],
  [
    "maximize",
    /(^|-)(accuracy|precision|recall|f1|auc|score)$|^r2$|^r-squared$|^coefficient-of-determination$/,
  ],
];

/** @throws INVALID_DOCUMENT when nothing is given and the name does not say. */
export function directionOfMetric(metric: string, given?: MetricDirection): MetricDirection {
  const name = metric.split("/").at(-1)!;
  const direction = given ?? better.find(([, pattern]) => pattern.test(name))?.[0];
  if (direction !== undefined) return direction;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `training: whether less or more of the metric \`${metric}\` is better cannot be told by its name, and \`direction\` is not given.`,
    hint: "Add `direction: minimize` or `direction: maximize` beside the metric.",
    facts: { metric },
  });
}

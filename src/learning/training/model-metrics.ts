import { outputsOf, type TrainingSplits } from "../data/index.ts";
import { inferShapes, layersOf, modelSize } from "../model/index.ts";
import type { TrainingDocument } from "./document.ts";
import type { modelMetricNames } from "./metric-names.ts";

/** What is known of a training's model without training it, as metrics. @throws SHAPE_MISMATCH, INVALID_DOCUMENT */
export function modelMetrics(
  { model }: Pick<TrainingDocument, "model">,
  { task, shape }: Pick<TrainingSplits, "task" | "shape">,
): Record<(typeof modelMetricNames)[number], number> {
  const { weights, multiplyAdds } = modelSize(inferShapes(layersOf(model, outputsOf(task)), shape));
  return { "model/weights": weights, "model/multiply-adds": multiplyAdds };
}

/** What the compiler knows of each op. An op without a lowering does not compile. */
import type { GradientRule } from "../gradient-rule.ts";
import type { OpName } from "../graph.ts";
import type { LoweringRules } from "../lowering.ts";
import { activationGradients, activationLowerings } from "./activation.ts";
import { batchLowerings } from "./batch.ts";
import { denseGradients, denseLowerings } from "./dense.ts";
import { lossGradients, lossLowerings } from "./loss.ts";
import { measureLowerings } from "./measure.ts";
import { optimizerLowerings } from "./optimizer.ts";
import { weightLowerings } from "./weight.ts";

export const lowerings: LoweringRules<OpName> = {
  ...batchLowerings,
  ...weightLowerings,
  ...denseLowerings,
  ...activationLowerings,
  ...lossLowerings,
  ...optimizerLowerings,
  ...measureLowerings,
};

/** Ops that a loss can depend on; the others have no gradient. */
export const gradientRules: { readonly [Op in OpName]?: GradientRule<Op> } = {
  ...denseGradients,
  ...activationGradients,
  ...lossGradients,
};

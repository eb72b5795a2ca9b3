/** What the compiler knows of layers and ops, by family. A layer or an op without its rule does not compile. */
import type { LayerType } from "../../model/index.ts";
import type { GradientRule } from "../gradient-rule.ts";
import type { OpName } from "../graph.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import type { LoweringRules } from "../lowering.ts";
import { activationGradients, activationLayers, activationLowerings } from "./activation.ts";
import { addGradients, addLayers, addLowerings } from "./add.ts";
import { batchNormGradients, batchNormLayers, batchNormLowerings } from "./batch-norm.ts";
import { batchLowerings } from "./batch.ts";
import { concatenateGradients, concatenateLayers, concatenateLowerings } from "./concatenate.ts";
import { convolutionGradients, convolutionLayers, convolutionLowerings } from "./convolution.ts";
import { copyGradients, copyLowerings } from "./copy.ts";
import { denseGradients, denseLayers, denseLowerings } from "./dense.ts";
import { depthwiseGradients, depthwiseLowerings } from "./depthwise.ts";
import { dropoutGradients, dropoutLayers, dropoutLowerings } from "./dropout.ts";
import { groupGradients, groupLowerings } from "./groups.ts";
import { groupNormGradients, groupNormLayers, groupNormLowerings } from "./group-norm.ts";
import { lossGradients, lossLowerings } from "./loss.ts";
import { measureLowerings } from "./measure.ts";
import { optimizerLowerings } from "./optimizer.ts";
import { mixLowerings } from "./mix.ts";
import { poolGradients, poolLayers, poolLowerings } from "./pool.ts";
import { reshapeGradients, reshapeLayers, reshapeLowerings } from "./reshape.ts";
import { softmaxGradients, softmaxLayers, softmaxLowerings } from "./softmax.ts";
import { weightLowerings } from "./weight.ts";

/** How each layer is made of ops. */
export const layerLowerings: LayerLowerings<LayerType> = {
  ...denseLayers,
  ...convolutionLayers,
  ...activationLayers,
  ...softmaxLayers,
  ...addLayers,
  ...concatenateLayers,
  ...dropoutLayers,
  ...reshapeLayers,
  ...poolLayers,
  ...batchNormLayers,
  ...groupNormLayers,
};

/** How each op becomes a kernel call. */
export const lowerings: LoweringRules<OpName> = {
  ...batchLowerings,
  ...mixLowerings,
  ...weightLowerings,
  ...denseLowerings,
  ...convolutionLowerings,
  ...depthwiseLowerings,
  ...groupLowerings,
  ...activationLowerings,
  ...softmaxLowerings,
  ...addLowerings,
  ...concatenateLowerings,
  ...dropoutLowerings,
  ...copyLowerings,
  ...reshapeLowerings,
  ...poolLowerings,
  ...batchNormLowerings,
  ...groupNormLowerings,
  ...lossLowerings,
  ...optimizerLowerings,
  ...measureLowerings,
};

/** Ops that a loss can depend on; the others have no gradient. */
export const gradientRules: { readonly [Op in OpName]?: GradientRule<Op> } = {
  ...denseGradients,
  ...convolutionGradients,
  ...depthwiseGradients,
  ...groupGradients,
  ...activationGradients,
  ...softmaxGradients,
  ...addGradients,
  ...concatenateGradients,
  ...dropoutGradients,
  ...copyGradients,
  ...reshapeGradients,
  ...poolGradients,
  ...batchNormGradients,
  ...groupNormGradients,
  ...lossGradients,
};

/** Ops that look at all examples of a batch at once, so that it cannot be worked through in chunks. */
export const needsWholeBatch: ReadonlySet<OpName> = new Set(["batchStatistics"]);

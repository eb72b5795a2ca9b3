/** A kernel without cases does not compile. */
import type { KernelName } from "../../learning/plan/index.ts";
import { activationCasesOf } from "./activation.ts";
import { addCasesOf } from "./add.ts";
import { batchNormCasesOf } from "./batch-norm.ts";
import { augmentCasesOf } from "./augment.ts";
import { batchCasesOf } from "./batch.ts";
import { concatenateCasesOf } from "./concatenate.ts";
import { convolutionCasesOf } from "./convolution.ts";
import { copyCasesOf } from "./copy.ts";
import { denseCasesOf } from "./dense.ts";
import { depthwiseCasesOf } from "./depthwise.ts";
import { dropoutCasesOf } from "./dropout.ts";
import { groupCasesOf } from "./groups.ts";
import { groupNormCasesOf } from "./group-norm.ts";
import type { CasesOf } from "./kernel-case.ts";
import { lossCasesOf } from "./loss.ts";
import { measureCasesOf } from "./measure.ts";
import { mixCasesOf } from "./mix.ts";
import { poolCasesOf } from "./pool.ts";
import { softmaxCasesOf } from "./softmax.ts";
import { optimizerCasesOf } from "./optimizers.ts";

export { normals, type KernelCase } from "./kernel-case.ts";
export { optimizerSettings } from "./optimizers.ts";

export const kernelCases: CasesOf<KernelName> = {
  ...batchCasesOf,
  ...augmentCasesOf,
  ...mixCasesOf,
  ...denseCasesOf,
  ...convolutionCasesOf,
  ...depthwiseCasesOf,
  ...groupCasesOf,
  ...activationCasesOf,
  ...addCasesOf,
  ...concatenateCasesOf,
  ...dropoutCasesOf,
  ...copyCasesOf,
  ...poolCasesOf,
  ...batchNormCasesOf,
  ...groupNormCasesOf,
  ...lossCasesOf,
  ...optimizerCasesOf,
  ...measureCasesOf,
  ...softmaxCasesOf,
};

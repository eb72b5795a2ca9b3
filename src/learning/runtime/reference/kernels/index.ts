import type { KernelName } from "../../../plan/index.ts";
import type { ReferenceKernel } from "../reference-kernel.ts";
import { activationKernels } from "./activation.ts";
import { addKernels } from "./add.ts";
import { augmentKernels } from "./augment.ts";
import { batchNormKernels } from "./batch-norm.ts";
import { batchKernels } from "./batch.ts";
import { concatenateKernels } from "./concatenate.ts";
import { convolutionKernels } from "./convolution.ts";
import { copyKernels } from "./copy.ts";
import { denseKernels } from "./dense.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { dropoutKernels } from "./dropout.ts";
import { groupKernels } from "./groups.ts";
import { groupNormKernels } from "./group-norm.ts";
import { lossKernels } from "./loss.ts";
import { measureKernels } from "./measure.ts";
import { mixKernels } from "./mix.ts";
import { poolKernels } from "./pool.ts";
import { softmaxKernels } from "./softmax.ts";
import { optimizerKernels } from "./optimizers/index.ts";

/** A kernel without a reference does not compile. */
export const referenceKernels: Readonly<Record<KernelName, ReferenceKernel>> = {
  ...batchKernels,
  ...augmentKernels,
  ...mixKernels,
  ...denseKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...groupKernels,
  ...activationKernels,
  ...addKernels,
  ...concatenateKernels,
  ...dropoutKernels,
  ...copyKernels,
  ...poolKernels,
  ...batchNormKernels,
  ...groupNormKernels,
  ...lossKernels,
  ...optimizerKernels,
  ...measureKernels,
  ...softmaxKernels,
};

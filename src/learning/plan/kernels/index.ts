/** The table of all kernels. A kernel's opcode is its place here. */
import type { KernelSignature } from "../kernel.ts";
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

export const kernelTable = {
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
} as const satisfies Record<string, KernelSignature>;

export type KernelName = keyof typeof kernelTable;

export const kernelNames = Object.keys(kernelTable) as KernelName[];

export function signatureOf(name: KernelName): KernelSignature {
  return kernelTable[name];
}

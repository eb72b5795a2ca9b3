import type { ReferenceCall } from "../../reference-kernel.ts";
import { adadeltaKernels } from "./adadelta.ts";
import { adagradKernels } from "./adagrad.ts";
import { adamKernels } from "./adam.ts";
import { gradientKernels } from "./gradient.ts";
import { lambKernels } from "./lamb.ts";
import { lionKernels } from "./lion.ts";
import { nadamKernels } from "./nadam.ts";
import { rmspropKernels } from "./rmsprop.ts";
import { sgdKernels } from "./sgd.ts";

function countStep({ slots }: ReferenceCall): void {
  slots.step![0]! += 1;
}

export const optimizerKernels = {
  ...gradientKernels,
  ...sgdKernels,
  ...rmspropKernels,
  ...adamKernels,
  ...nadamKernels,
  ...adagradKernels,
  ...adadeltaKernels,
  ...lionKernels,
  ...lambKernels,
  countStep,
};

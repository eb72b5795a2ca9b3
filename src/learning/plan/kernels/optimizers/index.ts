/** Optimiser steps, one file each. */
import { slots, type KernelSignature } from "../../kernel.ts";
import { adadeltaKernels, adadeltaSlots } from "./adadelta.ts";
import { adagradKernels, adagradSlots } from "./adagrad.ts";
import { adamKernels, adamSlots } from "./adam.ts";
import { gradientKernels } from "./gradient.ts";
import { lambKernels, lambSlots } from "./lamb.ts";
import { lionKernels, lionSlots } from "./lion.ts";
import { nadamKernels, nadamSlots } from "./nadam.ts";
import { rmspropKernels, rmspropSlots } from "./rmsprop.ts";
import { sgdKernels, sgdSlots } from "./sgd.ts";
import { sharedSlots } from "./shared.ts";

/** step += 1, when a step is done. */
const countStep: KernelSignature = { runs: "last-chunk", arguments: { step: slots(1) } };

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

/** The order of the slots `settings` of each optimiser's kernels. The generated header has them as enums. */
export const optimizerSlots = {
  shared: sharedSlots,
  sgd: sgdSlots,
  rmsprop: rmspropSlots,
  adam: adamSlots,
  nadam: nadamSlots,
  adagrad: adagradSlots,
  adadelta: adadeltaSlots,
  lion: lionSlots,
  lamb: lambSlots,
} as const satisfies Record<string, readonly string[]>;

import { dimension, reads, slots, type KernelSignature } from "../kernel.ts";

/** Adds the sum of the absolute values of `values` [count] to `total`. */
const absoluteSum: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    values: reads((d) => d.count!),
    count: dimension,
    total: slots(1),
  },
};

export const measureKernels = { absoluteSum };

import { choice, dimension, reads, writes, type KernelSignature } from "../kernel.ts";

const batchByStride = (d: Readonly<Record<string, number>>) => d.batch! * d.stride!;

/** output = activation(a + b). All are [batch, stride]. */
const add: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    a: reads(batchByStride),
    b: reads(batchByStride),
    output: writes(batchByStride),
    stride: dimension,
    activation: choice("none", "relu"),
  },
};

export const addKernels = { add };

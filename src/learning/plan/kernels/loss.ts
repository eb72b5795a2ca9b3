import { dimension, optional, reads, slots, writes, type KernelSignature } from "../kernel.ts";

/**
 * Softmax and cross-entropy of `logits` [batch, stride] against `labels` [batch]. Adds the batch's summed loss and its
 * number of correct predictions (first largest logit) to `totals`. `gradient` [batch, stride], when given, gets the
 * gradient of the mean loss over the step's whole batch; its columns past `classes` are 0.
 */
const softmaxCrossEntropy: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    logits: reads((d) => d.batch! * d.stride!),
    labels: reads((d) => d.batch!),
    gradient: optional(writes((d) => d.batch! * d.stride!)),
    classes: dimension,
    stride: dimension,
    /** summed loss, correct predictions */
    totals: slots(2),
  },
};

export const lossKernels = { softmaxCrossEntropy };

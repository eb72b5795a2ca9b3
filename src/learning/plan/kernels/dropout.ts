import { dimension, reads, slots, writes, type KernelSignature } from "../kernel.ts";

const batchByRepeats = (d: Readonly<Record<string, number>>) => d.batch! * d.repeats! * d.stride!;

/**
 * Sets values to 0 with probability `rate` and divides the others by 1 - rate. Both are [batch, repeats, stride]; one
 * mask of `stride` places serves all repeats of an example.
 *
 * Place p belongs to word `p % 64 / 16` of the Philox block (p / 64 * 16 + p % 16, example within the step, step's lower
 * and upper 32 bits), and is kept when the word is at least rate * 2^32. So a mask depends on neither the width of
 * vectors nor the size of chunks, and the gradient finds the one that the value was made with.
 */
const dropout: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByRepeats),
    output: writes(batchByRepeats),
    repeats: dimension,
    stride: dimension,
    rate: slots(1),
    /** The stream's 64 bits, the lower 32 first. */
    key: slots(2),
    /** Steps done. */
    step: slots(1),
  },
};

export const dropoutKernels = { dropout };

import {
  choice,
  dimension,
  distance,
  optional,
  reads,
  slots,
  writes,
  type Dimensions,
  type KernelSignature,
} from "../kernel.ts";
import { optionalMixes } from "./mix.ts";

const rows = (d: Dimensions) => d.batch! * d.stride!;

/**
 * Softmax and cross-entropy of `logits` [batch, stride] against `labels` [batch]: with p the softmax, y the label, w the
 * class weights, s the smoothing and C the classes, an example's loss is
 *
 *     -(1 - s) w_y log p_y - s / C sum over c of w_c log p_c,
 *
 * and it weighs w_y. With `mixes`, of a mixture with share m of an example of label z, (1 - m) of these is by y and m by z;
 * its prediction is correct when it is y. Adds the batch's summed loss, its number of correct predictions (first largest logit) and its weight
 * to `totals`. `gradient` [batch, stride], when given, gets the gradient of the step's summed loss divided by the step's
 * weight; its columns past `classes` are 0.
 *
 * @see Szegedy et al. 2016, "Rethinking the Inception Architecture for Computer Vision", section 7
 */
const softmaxCrossEntropy: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    logits: reads(rows),
    labels: reads((d) => d.batch!),
    mixes: optionalMixes,
    gradient: optional(writes(rows)),
    examples: distance,
    classes: dimension,
    stride: dimension,
    /** label smoothing, weight of the step (of which only the gradient depends) */
    settings: slots(2),
    classWeights: slots((d) => d.classes!),
    /** summed loss, correct predictions, weight */
    totals: slots(3),
  },
};

/** Adds up the class weights of all examples of the step, of mixtures in their shares, before its first chunk is worked through. */
const weighStep: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    mixes: optionalMixes,
    examples: distance,
    classes: dimension,
    classWeights: slots((d) => d.classes!),
    weight: slots(1),
  },
};

/**
 * Losses that compare each output with its target. With p an output, t its target and e = p - t:
 *
 *     squared   e^2
 *     absolute  |e|
 *     huber     e^2 / 2 up to |e| = delta, then delta (|e| - delta / 2)
 *     logistic  cross-entropy of t against the probability sigmoid(p); e is then sigmoid(p) - t
 *
 * An example's loss is the mean over its `outputs`. Adds to `totals`; the largest output counts as a prediction of the class
 * with the largest target. `gradient`, when given, gets the gradient of the mean loss over the step's whole batch; its
 * columns past `outputs` are 0.
 *
 * @see Huber 1964, "Robust Estimation of a Location Parameter"
 */
const elementwiseLoss: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    predictions: reads(rows),
    targets: reads(rows),
    gradient: optional(writes(rows)),
    outputs: dimension,
    stride: dimension,
    function: choice("squared", "absolute", "huber", "logistic"),
    delta: slots(1),
    /** summed loss, correct predictions, examples, sum of |e|, sum of e^2 */
    totals: slots(5),
  },
};

/** output [batch, stride]: 1 in the column of the label, 0 in the others; of a mixture the shares of both labels. */
const oneHot: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    labels: reads((d) => d.batch!),
    mixes: optionalMixes,
    output: writes(rows),
    examples: distance,
    stride: dimension,
  },
};

export const lossKernels = { softmaxCrossEntropy, weighStep, elementwiseLoss, oneHot };

/** Every op: its inputs, its value, and what it needs to know besides. Features are counted without padding. */
import type { AverageBins, PoolWindows, WeightDescription, WindowGeometry } from "../model/index.ts";
import type { ActivationFunction, AugmentPrimitive, KernelName } from "../plan/index.ts";
import type { LossRule } from "./loss-rule.ts";
import type { NodeId } from "./node-id.ts";

type CrossEntropyAttributes = Omit<Extract<LossRule, { kind: "cross-entropy" }>, "kind">;
type ElementwiseAttributes = Omit<Extract<LossRule, { kind: "elementwise" }>, "kind">;

/** What is done to training examples, images, while a batch is gathered. */
export interface Augmentation {
  /** In order; at least one. */
  readonly primitives: readonly AugmentPrimitive[];
  /** What lies outside of an image: its own edge, or a value where bytes go from 0 to 1. */
  readonly fill: "edge" | number;
}

/** How training examples are mixed with others. */
export interface Mixing {
  /** Adds up both; absent for never. */
  readonly mixup?: MixingRule | undefined;
  /** Pastes a box of the partner. With both, one of the two is drawn for each example. */
  readonly cutmix?: MixingRule | undefined;
}

export interface MixingRule {
  readonly probability: number;
  /** Of the larger share, at 513 even places from 0 to 1. */
  readonly quantiles: Float64Array;
}

export interface OpAttributes {
  /** Inputs: none. The batch's examples, each in one run. */
  features: {
    readonly source: "bytes" | "floats";
    readonly scaling: "uniform" | "per-feature";
    readonly augmentation?: Augmentation | undefined;
  };
  /** Inputs: none. With which other one each of the step's examples, `examples` at most, is mixed, and how. */
  drawMixes: { readonly mixing: Mixing; readonly inputShape: readonly number[]; readonly examples: number };
  /** Inputs: features, mixes. The features in their place, mixed with those of others. */
  mixFeatures: Record<never, never>;
  /** Inputs: none. The batch's class indices [batch]. */
  labels: Record<never, never>;
  /** Inputs: none, or mixes. The batch's values to predict. */
  targets: Record<never, never>;

  /**
   * Inputs: none. With `isAveraged`, the weight that steps change and not the average of it, under whose name the model's
   * weight is evaluated and kept.
   */
  weight: { readonly weight: WeightDescription; readonly isAveraged?: boolean };

  /** Inputs: x in any runs, weight, and a bias or none. */
  dense: { readonly activation: "none" | "relu" };
  /** Inputs: output gradient, weight, and the output of the relu in front of the layer when `isMasked`. */
  denseInputGradient: { readonly isMasked: boolean };
  /** Inputs: x, output gradient. */
  denseWeightGradient: Record<never, never>;
  /** Inputs: output gradient. */
  denseBiasGradient: Record<never, never>;
  /**
   * Inputs: x, output gradient, weight. Its value is the row of gradient magnitudes; that of `squares`, when there is such a
   * node, the row of squares.
   */
  denseWeightAdam: { readonly state: readonly string[]; readonly squares: NodeId | null };

  /** Inputs: x in pixels of any stride, weight, and a bias or none. */
  convolution: { readonly geometry: WindowGeometry; readonly activation: "none" | "relu" };
  /** Inputs: output gradient, weight, and the output of the relu in front of the layer when `isMasked`. */
  convolutionInputGradient: { readonly geometry: WindowGeometry; readonly isMasked: boolean };
  /** Inputs: x, output gradient. */
  convolutionWeightGradient: { readonly geometry: WindowGeometry };
  /** Inputs: output gradient. */
  convolutionBiasGradient: Record<never, never>;

  /** Inputs: x, weight of one filter a channel, and a bias or none. */
  depthwise: { readonly geometry: WindowGeometry; readonly activation: "none" | "relu" };
  /** Inputs: output gradient, weight, and the output of the relu in front of the layer when `isMasked`. */
  depthwiseInputGradient: { readonly geometry: WindowGeometry; readonly isMasked: boolean };
  /** Inputs: x, output gradient. */
  depthwiseWeightGradient: { readonly geometry: WindowGeometry };

  /** Inputs: weight of a convolution in groups. The weight of one without, with zeros between the groups. */
  expandGroups: { readonly groups: number };
  /** Inputs: gradient of an expanded weight. */
  collapseGroups: { readonly groups: number };

  /** Inputs: x. */
  activation: { readonly activation: ActivationFunction };
  /** Inputs: the activation's input or output, as `slopeSource` says, and the output gradient. */
  activationGradient: { readonly activation: ActivationFunction };

  /** Inputs: x in padded rows. Over its last dimension. */
  softmax: Record<never, never>;
  /** Inputs: output, output gradient. */
  softmaxGradient: Record<never, never>;

  /** Inputs: two values of a batch, alike in shape and layout. */
  add: { readonly activation: "none" | "relu" };

  /** Inputs: two values of a batch in padded rows. Along the last dimension. */
  concatenate: Record<never, never>;
  /** Inputs: x in padded rows. The elements of the last dimension from the `first` on, as many as the shape says. */
  slice: { readonly first: number };

  /** Inputs: x. Its own gradient rule: it is linear and its mask is symmetric. */
  dropout: { readonly layer: string; readonly rate: number; readonly per: "element" | "channel" };

  /**
   * Inputs: an image in padded rows. The relu is that of the pooled values, or of the image's: that is the same. Beside
   * its value it `keepsWinners`: which pixel of its window each value is.
   */
  maxPool: {
    readonly windows: PoolWindows;
    readonly activation: "none" | "relu";
    readonly keepsWinners: boolean;
  };
  /** Inputs: the pooling, for its winners, and the output gradient. */
  maxPoolGradient: { readonly windows: PoolWindows };
  /** Inputs: an image in padded rows. */
  averagePool: { readonly bins: AverageBins };
  /** Inputs: output gradient. */
  averagePoolGradient: { readonly bins: AverageBins };

  /** Inputs: x in padded rows, running mean, running variance. Its value is two rows: mean and inverse deviation. */
  batchStatistics: BatchNormSettings;
  /** Inputs: x, statistics, and scale and shift or neither. */
  batchNorm: { readonly activation: "none" | "relu" };
  /**
   * Inputs: x, statistics, output gradient, and scale and shift or neither; the gradient is that of the relu when there is
   * one. Its value is two rows, which beside it are the gradients of `scale` and `shift`.
   */
  batchNormSums: { readonly activation: "none" | "relu" };
  /** Inputs: x, statistics, output gradient, sums, and scale and shift or neither. */
  batchNormGradient: { readonly activation: "none" | "relu" };
  /** Inputs: running mean, running variance, and scale and shift or neither. Its value is two rows: factor and rest. */
  batchNormFactors: BatchNormSettings;
  /**
   * Inputs: weight of a product in panels, factors, and its bias or none. The weight with the factor in it; beside it is the
   * `bias` that goes with it.
   */
  scaledWeight: Record<never, never>;
  /** Inputs: x in padded rows, factors. */
  scaleShift: { readonly activation: "none" | "relu" };

  /** Inputs: x in padded rows. Its value is a row for each example: the groups' means, then their inverse deviations. */
  groupStatistics: { readonly layer: string; readonly epsilon: number; readonly of: NormGroups };
  /** Inputs: x, statistics, and scale and shift or neither. */
  groupNorm: { readonly of: NormGroups; readonly activation: "none" | "relu" };
  /**
   * Inputs: x, statistics, output gradient, and scale and shift or neither; the gradient is that of the relu when there is
   * one. Beside its value it has the gradients of `scale` and `shift`.
   */
  groupNormGradient: { readonly of: NormGroups; readonly activation: "none" | "relu" };

  /** Inputs: a node. What it computes beside its value under a name, shaped as a weight. */
  beside: { readonly name: string };

  /** Inputs: x. The same elements in another layout. */
  copy: Record<never, never>;

  /** Inputs: x. The same elements in the same places under another shape. */
  reshape: Record<never, never>;

  /** Inputs: logits, labels, and mixes where there are any. Adds loss and correct predictions to the totals. */
  softmaxCrossEntropy: CrossEntropyAttributes;
  /** Inputs: none, or mixes. Adds up the class weights of the step's examples, on which the gradient depends. */
  weighStep: CrossEntropyAttributes;
  /** Inputs: logits, labels, mixes where there are any, `weighStep`. Gradient of the step's mean loss; `addsTotals` when it stands for the loss too. */
  softmaxCrossEntropyGradient: CrossEntropyAttributes & { readonly addsTotals: boolean };
  /** Inputs: labels, and mixes where there are any. */
  oneHot: Record<never, never>;
  /** Inputs: predictions, targets. Adds loss, correct predictions and errors to the totals. */
  elementwiseLoss: ElementwiseAttributes;
  /** Inputs: predictions, targets. As `softmaxCrossEntropyGradient`. */
  elementwiseLossGradient: ElementwiseAttributes & { readonly addsTotals: boolean };

  /** Inputs: none. Begins an optimiser step. */
  optimizerAdvance: { readonly kernel: KernelName };
  /**
   * Inputs: weight, gradient. Changes the weight, so it runs after everything else that reads it. Without `decays`, both
   * weight decays pass this weight by; with `clips`, the gradient may be clipped on the way.
   */
  optimizerUpdate: {
    readonly kernel: KernelName;
    readonly state: readonly string[];
    readonly decays: boolean;
    readonly clips: boolean;
  };
  /** Inputs: weight, gradient. The gradient with that of the L2 penalty added, in its place; adds the penalty to the loss. */
  addPenalty: Record<never, never>;
  /** Inputs: gradient. Adds its squares to the sum of which the norm is the root. */
  addSquares: Record<never, never>;
  /** Inputs: none. From the sum of squares to the factor that the updates apply. */
  limitNorm: Record<never, never>;
  /** Inputs: none. Takes a weight that steps have changed into its average. */
  averageWeights: { readonly weight: WeightDescription };
  /** Inputs: none. Counts the step that is done. */
  countStep: Record<never, never>;

  /** Inputs: any. Adds the sum of absolute values to a slot, and the norm to another when there is one. */
  magnitudes: { readonly total: string; readonly norm: string | null };
  /** Inputs: a fused weight gradient. The same from its rows of magnitudes and squares; its value are the squares. */
  rowMagnitudes: { readonly total: string; readonly norm: string };
  /** Inputs: a value of a batch in padded rows. Adds to four slots; `largest` names a buffer that is kept. */
  activationStatistics: {
    readonly range: "unbounded" | "sigmoid" | "tanh";
    readonly slots: string;
    readonly largest: string;
  };
  /** Inputs: any. Adds to a slot for each bin. */
  histogram: { readonly of: "batch" | "whole"; readonly slots: string; readonly isOn: string };
}

export interface BatchNormSettings {
  readonly layer: string;
  readonly momentum: number;
  readonly epsilon: number;
}

/** What of an example is normalised together: in each of its instances, each of the groups of channels over all pixels. */
export interface NormGroups {
  readonly instances: number;
  readonly pixels: number;
  readonly groups: number;
  /** Whether each pixel has a scale and a shift of its own. */
  readonly isPerElement: boolean;
}

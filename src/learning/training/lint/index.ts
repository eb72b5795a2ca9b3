/** The registry of rules, and what they find in a document before it is trained. */
import { inferShapes, layersOf } from "../../model/index.ts";
import type { TrainingDocument } from "../document.ts";
import { defaultLoss } from "../losses/index.ts";
import { batchNormOfOne } from "./batch-norm-of-one.ts";
import { biasBeforeBatchNorm } from "./bias-before-batch-norm.ts";
import { collapsedImage } from "./collapsed-image.ts";
import { dropoutAfterLastLayer } from "./dropout-after-last-layer.ts";
import { inputsNotNormalized } from "./inputs-not-normalized.ts";
import { learningRate } from "./learning-rate.ts";
import { linearStack } from "./linear-stack.ts";
import { outputActivation } from "./output-activation.ts";
import { outputWidth } from "./output-width.ts";
import { presetConstants } from "./preset-constants.ts";
import type { Finding, LintData, LintRule } from "./rule.ts";
import { saturatingStack } from "./saturating-stack.ts";
import { softmaxBeforeLoss } from "./softmax-before-loss.ts";

/** By the code of their findings. */
const rules: Readonly<Record<string, LintRule>> = {
  "softmax-before-loss": softmaxBeforeLoss,
  "output-activation": outputActivation,
  "output-width": outputWidth,
  "dropout-after-last-layer": dropoutAfterLastLayer,
  "saturating-stack": saturatingStack,
  "linear-stack": linearStack,
  "inputs-not-normalized": inputsNotNormalized,
  "preset-constants": presetConstants,
  "batch-norm-of-one": batchNormOfOne,
  "bias-before-batch-norm": biasBeforeBatchNorm,
  "collapsed-image": collapsedImage,
  "learning-rate": learningRate,
};

export const lintCodes: readonly string[] = Object.keys(rules);

export interface LintOptions {
  readonly data: LintData;
  /** Values that a search gives to paths of the document: all choices, or the two ends of a range. */
  readonly searched?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * What is worth knowing of a document before it is trained, errors first.
 *
 * @throws SHAPE_MISMATCH, INVALID_DOCUMENT when the layers do not fit the data or each other
 */
export function lintDocument(
  document: TrainingDocument,
  { data, searched = {} }: LintOptions,
): readonly Finding[] {
  const layers = inferShapes(layersOf(document.model, data.outputs), data.shape);
  const loss = document.training.loss ?? defaultLoss(data.task);
  const findings = Object.entries(rules).flatMap(([code, rule]) =>
    rule({ document, layers, data, loss, searched }).map((finding) => ({ code, ...finding })),
  );
  return findings.toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}

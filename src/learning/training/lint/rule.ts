import type { FittedPreprocessing, Task } from "../../data/index.ts";
import type { InferredLayer, Layer, Shape } from "../../model/index.ts";
import type { TrainingDocument } from "../document.ts";
import type { LossName } from "../losses/index.ts";

/** What somebody should know before a training starts. */
export interface Finding {
  /** Stable; names the rule. */
  readonly code: string;
  /** error: nothing can be learnt so. warning: it works, and there is a reason to do otherwise. */
  readonly severity: "warning" | "error";
  /** The layer that it is about, if it is about one. */
  readonly layer?: string;
  /** One sentence: what is found and why it matters. */
  readonly message: string;
  /** The way out. */
  readonly hint: string;
}

/** What rules look at. */
export interface LintContext {
  readonly document: TrainingDocument;
  /** The model's layers with their shapes, in order. */
  readonly layers: readonly InferredLayer[];
  readonly data: LintData;
  readonly loss: LossName;
  /** Values that a search gives to paths of the document: all choices, or the two ends of a range. */
  readonly searched: Readonly<Record<string, readonly unknown[]>>;
}

export interface LintData {
  /** Of one example. */
  readonly shape: Shape;
  readonly task: Task["kind"];
  /** Classes, or values to predict. */
  readonly outputs: number;
  /** Of the training split; absent when nobody has read the data. */
  readonly values?: {
    /** Of all values as the network sees them. */
    readonly mean: number;
    readonly standardDeviation: number;
    /** Before they are scaled, bytes divided by 255. Defaults to nothing known. */
    readonly measured?: FittedPreprocessing["measured"] | undefined;
  };
}

/** **Purity.** A rule computes nothing but its findings. **Silence.** A rule without a finding says nothing. */
export type LintRule = (context: LintContext) => readonly Omit<Finding, "code">[];

/** A layer as the sentences name it. */
export const named = ({ type, name }: Layer) => `${type} layer \`${name}\``;

/** The layers that read a layer's output. */
export function readersOf(layers: readonly InferredLayer[], name: string): readonly InferredLayer[] {
  return layers.filter(({ inputs }) => inputs.includes(name));
}

/** The values that the document or the search gives to a path of `training`. */
export function valuesOf({ document, searched }: LintContext, name: keyof TrainingDocument["training"]) {
  return searched[`training.${name}`] ?? [document.training[name]];
}

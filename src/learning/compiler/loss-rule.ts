/** What the compiler must know of a loss and of what it compares with. */

/** Settings go to slots, so that trials which differ in them share a plan. */
export type LossRule =
  | {
      readonly kind: "cross-entropy";
      readonly labelSmoothing: number;
      /** One for each class. */
      readonly classWeights: readonly number[];
    }
  | {
      readonly kind: "elementwise";
      readonly function: "squared" | "absolute" | "huber" | "logistic";
      /** Of huber. */
      readonly delta: number;
    };

/** What examples are labelled with: the index of one of `outputs` classes, or `outputs` values. */
export interface Labelling {
  readonly task: "classification" | "regression";
  readonly outputs: number;
}

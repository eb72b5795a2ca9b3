/** A layer as a value. What a layer does to shapes and which weights it has is in `layers/`. */
import type { ActivationName } from "./activation.ts";

/** Features in any shape to one row. */
export interface FlattenLayer {
  readonly type: "flatten";
  readonly name: string;
}

/** [batch, in] -> [batch, units]: output = input weight + bias. */
export interface DenseLayer {
  readonly type: "dense";
  readonly name: string;
  readonly units: number;
}

export interface ActivationLayer {
  readonly type: "activation";
  readonly name: string;
  readonly activation: ActivationName;
}

export type Layer = FlattenLayer | DenseLayer | ActivationLayer;

/** Shape of one example, without the batch. */
export type Shape = readonly number[];

/** A trained tensor that a layer asks for. */
export interface WeightDescription {
  /** Unique in the model: `hidden1.weight`. */
  readonly name: string;
  readonly layer: string;
  readonly role: "weight" | "bias";
  /** A weight of a dense layer is [in, out], a bias [out]. */
  readonly shape: Shape;
  /** How many values each output sums over; the initialisers' scale. */
  readonly fanIn: number;
}

export interface LayerDefinition<L extends Layer> {
  /** @throws SHAPE_MISMATCH naming the layer, what it wants and what it gets. */
  outputShape(layer: L, inputShape: Shape): Shape;
  weights(layer: L, inputShape: Shape): readonly WeightDescription[];
}

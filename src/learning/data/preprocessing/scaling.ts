/** Every value x that the engine gathers becomes x * scale + shift. */
export interface FeatureScaling {
  /** [1] for all values, or one for each feature. */
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** Bytes to [0, 1], floats as they are. */
export function unitScaling(features: Uint8Array | Float32Array): FeatureScaling {
  const scale = features instanceof Uint8Array ? 1 / 255 : 1;
  return { scale: Float64Array.of(scale), shift: Float64Array.of(0) };
}

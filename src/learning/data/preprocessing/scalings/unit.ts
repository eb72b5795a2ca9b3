import type { ScalingStrategy } from "./strategy.ts";

/** Bytes to [0, 1], floats as they are. */
export const unit: ScalingStrategy = () => ({ offset: Float64Array.of(0), divisor: Float64Array.of(1) });

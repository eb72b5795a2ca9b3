import type { ScalingStrategy } from "./strategy.ts";

/** Values as they are held: bytes from 0 to 255. */
export const none: ScalingStrategy = ({ unit }) => ({
  offset: Float64Array.of(0),
  divisor: Float64Array.of(unit),
});

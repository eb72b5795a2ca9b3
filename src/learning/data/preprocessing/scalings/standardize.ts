import type { ScalingStrategy } from "./strategy.ts";

/** Added to the deviation of a pixel: near the border many are almost always alike. */
const addedToPixels = 1e-5;

/**
 * Less the mean, divided by the standard deviation, which is that of the training values divided by their number. Either may
 * be given instead. A group whose values are all alike becomes 0.
 */
export const standardize: ScalingStrategy = ({ unit, isImage, moments, preprocessing }) => {
  const { mean, deviation } = preprocessing;
  const given = (constants: number | readonly number[]) => Float64Array.from([constants].flat());
  const added = isImage && preprocessing.per === "feature" ? addedToPixels : 0;
  return {
    offset: mean === undefined ? moments().mean.map((value) => value * unit) : given(mean),
    divisor:
      deviation === undefined
        ? moments().variance.map((variance) => (variance === 0 ? 0 : Math.sqrt(variance) * unit + added))
        : given(deviation),
  };
};

import type { ScalingStrategy } from "./strategy.ts";

/** To [0, 1] by the smallest and largest training value of each group; values beyond them lie outside. */
export const minMax: ScalingStrategy = ({ unit, moments }) => {
  const { minimum, maximum } = moments();
  return {
    offset: minimum.map((value) => value * unit),
    divisor: maximum.map((value, group) => (value - minimum[group]!) * unit),
  };
};

import type { Initializer } from "./initializer.ts";

const deviation = 0.02;
/** In deviations. */
const limit = 2;

/**
 * Normal with deviation 0.02 before everything beyond two deviations is drawn again.
 *
 * @see Devlin et al. 2019, "BERT", whose published weights began so
 */
export const truncatedNormal: Initializer = {
  values: ({ stream, weight: { shape } }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return (index) => {
      let draw = index;
      let value = stream.normal(draw);
      while (Math.abs(value) > limit) {
        draw += count;
        value = stream.normal(draw);
      }
      return value * deviation;
    };
  },
};

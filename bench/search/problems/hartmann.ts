import { createSpace, type Configuration } from "../../../src/search/index.ts";
import { numbersOf, square, sum, type Problem } from "./problem.ts";

const heights = [1, 1.2, 3, 3.2];
const sharpness = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centres = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

const space = createSpace(
  Array.from({ length: 6 }, (_, index) => ({
    name: `x${index + 1}`,
    distribution: { kind: "float", low: 0, high: 1 },
  })),
);

function evaluate(configuration: Configuration): readonly number[] {
  const at = numbersOf(configuration);
  const wells = heights.map((height, well) => {
    const distance = sum(
      centres[well]!.map((centre, index) => sharpness[well]![index]! * square(at(`x${index + 1}`) - centre)),
    );
    return height * Math.exp(-distance);
  });
  return [-sum(wells)];
}

/** @see Dixon and Szegő 1978, "The global optimization problem: an introduction" */
export const hartmann: Problem = {
  name: "hartmann6",
  kind: "continuous",
  challenge: "six numbers, four wells, the deepest -3.3224",
  space,
  evaluate,
};

export const noisyHartmann: Problem = {
  name: "hartmann6-noisy",
  kind: "noisy",
  challenge: "the same under noise of a deviation of 0.2",
  space,
  evaluate,
  noise: 0.2,
};

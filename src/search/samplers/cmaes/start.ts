/**
 * What the first generation is drawn from: the middle of the space, or around the best of what was known before.
 *
 * @see Nomura, Watanabe, Akimoto, Ozaki, Onishi 2021, "Warm Starting CMA-ES for Hyperparameter Optimization", section 3
 */
import { comparableLosses, comparePlaced, placeAll } from "../evolution/ranking.ts";
import type { Evaluation } from "../sampler.ts";
import type { Coordinates } from "./coordinates.ts";
import { createGaussian, type Gaussian } from "./gaussian.ts";
import { chosenIn, pointOf, type SearchDistribution } from "./search-distribution.ts";

/** Of what is known before, this share is what the search starts around. */
const promisingShare = 0.1;
/** How far around each of them, as a deviation in the unit cube. */
const promisingReach = 0.1;

export function startDistribution(
  coordinates: Coordinates,
  prior: readonly Evaluation[],
  sigma: number,
): SearchDistribution {
  const { numeric, choices } = coordinates;
  const middle = createGaussian(new Float64Array(numeric.length).fill(0.5), sigma);
  const known = placeAll(prior.filter((one) => comparableLosses(one) !== null)).toSorted(comparePlaced);
  const best = known.slice(0, Math.ceil(promisingShare * known.length)).map(({ evaluation }) => evaluation);
  if (best.length === 0) {
    return { gaussian: middle, probabilities: choices.map(({ probabilities }) => probabilities) };
  }
  const chosen = best.map(({ configuration }) => chosenIn(coordinates, configuration));
  return {
    gaussian: around(best.map(({ configuration }) => pointOf(middle, coordinates, configuration))),
    // The declared probabilities count like as many points as there are values.
    probabilities: choices.map(({ probabilities }, c) => {
      const has = chosen.filter((one) => one[c]! >= 0);
      return probabilities.map((p, k) => {
        const count = has.filter((one) => one[c] === k).length;
        return (count + p * probabilities.length) / (has.length + probabilities.length);
      });
    }),
  };
}

/** The normal distribution nearest to a mixture of small ones around the points. */
function around(points: readonly Float64Array[]): Gaussian {
  const n = points[0]!.length;
  const average = (of: (point: Float64Array) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const mean = Float64Array.from({ length: n }, (_, j) => average((point) => point[j]!));
  const covariance = Float64Array.from({ length: n * n }, (_, entry) => {
    const row = Math.floor(entry / n);
    const column = entry % n;
    const own = row === column ? promisingReach ** 2 : 0;
    return own + average((point) => (point[row]! - mean[row]!) * (point[column]! - mean[column]!));
  });
  const { eigen } = createGaussian(mean, 1, covariance);
  // The step size is the geometric mean of the spreads.
  const sigma = Math.exp(
    eigen.values.reduce((sum, value) => sum + Math.log(value), 0) / (2 * Math.max(1, n)),
  );
  return createGaussian(
    mean,
    sigma,
    covariance.map((c) => c / sigma ** 2),
  );
}

/**
 * Keeps other values of whole numbers and steps in reach: once the spread is far smaller than a cell, every draw would give the
 * same value, and no step out of it would ever be seen. The mean is shifted and the coordinate stretched just so far that the
 * neighbouring cells keep a probability of `share` together.
 *
 * @see Hamano, Saito, Nomura, Shirakawa 2022, "CMA-ES with Margin: Lower-Bounding Marginal Probability for Mixed-Integer Black-Box
 *   Optimization", section 4
 */
import { normalCumulative } from "../../../base/index.ts";
import type { NumericCoordinate } from "./coordinates.ts";
import type { Gaussian } from "./gaussian.ts";

/** How many deviations out a normal variable is beyond with that probability, at most a half. */
function deviationsOut(probability: number): number {
  let from = 0;
  let to = 40;
  for (let round = 0; round < 60; round++) {
    const middle = (from + to) / 2;
    if (normalCumulative(-middle) > probability) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

interface Placement {
  readonly mean: number;
  readonly stretch: number;
}

/** @param share the least probability of leaving the cell */
export function applyMargin(
  gaussian: Gaussian,
  coordinates: readonly NumericCoordinate[],
  share: number,
): Gaussian {
  const n = coordinates.length;
  const placements = coordinates.map(({ borders }, j): Placement => {
    const [mean, stretch] = [gaussian.mean[j]!, gaussian.stretch[j]!];
    // The mean stays where values are: a continuum's ends are not crossed.
    if (borders === null) return { mean: Math.min(1, Math.max(0, mean)), stretch };
    const deviation = gaussian.sigma * Math.sqrt(gaussian.covariance[j * n + j]!);
    return placed({ borders, mean, stretch, deviation, share });
  });
  return {
    ...gaussian,
    mean: Float64Array.from(placements, ({ mean }) => mean),
    stretch: Float64Array.from(placements, ({ stretch }) => stretch),
  };
}

function placed({
  borders,
  mean,
  stretch,
  deviation,
  share,
}: Placement & {
  readonly borders: Float64Array;
  readonly deviation: number;
  readonly share: number;
}): Placement {
  const upper = borders.find((border) => mean <= border);
  const lower = borders.findLast((border) => border < mean);
  const spread = stretch * deviation;
  if (upper === undefined || lower === undefined) {
    const border = (upper ?? lower)!;
    const reach = deviationsOut(share) * spread;
    return { mean: border + Math.sign(mean - border) * Math.min(Math.abs(mean - border), reach), stretch };
  }
  const below = normalCumulative((lower - mean) / spread);
  const above = normalCumulative((mean - upper) / spread);
  const inside = 1 - below - above;
  const atLeast = share / 2;
  const [raisedBelow, raisedAbove] = [Math.max(below, atLeast), Math.max(above, atLeast)];
  // What was added is taken from all three in proportion to what they have to spare.
  const excess =
    (1 - raisedBelow - raisedAbove - inside) / (raisedBelow + raisedAbove + inside - 3 * atLeast);
  const outBelow = deviationsOut(raisedBelow + excess * (raisedBelow - atLeast));
  const outAbove = deviationsOut(raisedAbove + excess * (raisedAbove - atLeast));
  return {
    mean: (lower * outAbove + upper * outBelow) / (outBelow + outAbove),
    stretch: (upper - lower) / (deviation * (outBelow + outAbove)),
  };
}

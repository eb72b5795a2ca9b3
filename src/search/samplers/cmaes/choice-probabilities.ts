/**
 * Probabilities of the values of one choice, moved towards what the better half of a generation has. None falls below a margin, so
 * that a value that was unlucky early comes again.
 *
 * *Differs from the paper:* a fixed rate of learning instead of an adaptive one, which needs more generations than a study has.
 *
 * @see Hamano, Saito, Nomura, Uchida, Shirakawa 2024, "CatCMA: Stochastic Optimization for Mixed-Category Problems", sections 3 and 4
 */
const learningRate = 0.3;
/** The probability that some choice of a point is not the likeliest one, once all are decided. */
const undecided = 0.27;

export interface ProbabilityOptions {
  /** [λ], best first; -1 where the configuration has no such parameter. */
  readonly chosen: readonly number[];
  /** [λ], positive ones adding up to 1; others do not count. */
  readonly weights: Float64Array;
  /** Number of choices in the space. */
  readonly choices: number;
}

/** @param before [values] */
export function updateProbabilities(
  before: Float64Array,
  { chosen, weights, choices }: ProbabilityOptions,
): Float64Array {
  const after = Float64Array.from(before);
  for (const [i, choice] of chosen.entries()) {
    const weight = learningRate * Math.max(0, weights[i]!);
    if (choice < 0) continue;
    for (let k = 0; k < after.length; k++) after[k]! += weight * ((k === choice ? 1 : 0) - before[k]!);
  }
  return keepMargin(after, (1 - (1 - undecided) ** (1 / choices)) / (before.length - 1));
}

/** No less than `least` each; what that adds is taken from the others in proportion to what they have to spare. */
function keepMargin(probabilities: Float64Array, least: number): Float64Array {
  const raised = probabilities.map((p) => Math.max(p, least));
  const sum = raised.reduce((total, p) => total + p, 0);
  const spare = sum - least * raised.length;
  return spare <= 0 ? raised : raised.map((p) => p + ((1 - sum) * (p - least)) / spare);
}

/**
 * Which labels are probably wrong, from what a model says that never saw them: an example counts as confidently of a class
 * when its probability is at least what that class's own examples have on average, so classes that the model is unsure of
 * in general need less. The counts of given against confident classes estimate how much of each class is wrongly
 * labelled as which other one, and so many examples, those with the clearest margins, are the suspects.
 *
 * *Differs from the paper:* of equal margins the earlier example counts; classes without examples have no threshold.
 *
 * @see Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels", sections 3.1 and 3.2
 *   (prune by noise rate)
 */
export interface LabelSuspect {
  /** Index of the example. */
  readonly index: number;
  /** Class indices. */
  readonly given: number;
  readonly likely: number;
  readonly givenProbability: number;
  readonly likelyProbability: number;
}

export interface LabelNoise {
  /** The clearest first. */
  readonly suspects: readonly LabelSuspect[];
  /** Estimated share of wrong labels. */
  readonly share: number;
  /** [classes]: the mean probability of each class among the examples that have it; NaN for a class without examples. */
  readonly thresholds: Float64Array;
}

export interface LabelledProbabilities {
  /** [count], class indices. */
  readonly labels: ArrayLike<number>;
  /** [count, classes], of a model that was not trained on the example. */
  readonly probabilities: Float32Array;
  readonly classes: number;
}

export function confidentLearning(given: LabelledProbabilities): LabelNoise {
  const { labels, probabilities, classes } = given;
  const thresholds = thresholdsOf(given);
  /** [given, confident] */
  const joint = new Float64Array(classes * classes);
  const sizes = new Float64Array(classes);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    sizes[label]! += 1;
    let confident = -1;
    for (let other = 0; other < classes; other++) {
      const probability = probabilities[index * classes + other]!;
      if (!(probability >= thresholds[other]!)) continue;
      if (confident < 0 || probability > probabilities[index * classes + confident]!) confident = other;
    }
    if (confident >= 0) joint[label * classes + confident]! += 1;
  }
  const suspects = new Map<number, LabelSuspect>();
  let wrong = 0;
  for (let label = 0; label < classes; label++) {
    const row = joint.subarray(label * classes, (label + 1) * classes);
    const sure = row.reduce((sum, count) => sum + count, 0);
    if (sure === 0) continue;
    for (let likely = 0; likely < classes; likely++) {
      if (likely === label) continue;
      // Each class has as many examples as were given its label, whether the model is sure of them or not.
      const expected = (row[likely]! / sure) * sizes[label]!;
      wrong += expected;
      for (const suspect of clearest(given, { label, likely, count: Math.round(expected) })) {
        const known = suspects.get(suspect.index);
        if (known === undefined || known.likelyProbability < suspect.likelyProbability) {
          suspects.set(suspect.index, suspect);
        }
      }
    }
  }
  return {
    suspects: [...suspects.values()].sort((a, b) => marginOf(b) - marginOf(a) || a.index - b.index),
    share: wrong / labels.length,
    thresholds,
  };
}

function thresholdsOf({ labels, probabilities, classes }: LabelledProbabilities): Float64Array {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    sums[label]! += probabilities[index * classes + label]!;
    counts[label]! += 1;
  }
  return sums.map((sum, label) => sum / counts[label]!);
}

const marginOf = ({ likelyProbability, givenProbability }: LabelSuspect): number =>
  likelyProbability - givenProbability;

/** The `count` examples labelled `label` that are most clearly of the class `likely` instead. */
function clearest(
  { labels, probabilities, classes }: LabelledProbabilities,
  { label, likely, count }: { readonly label: number; readonly likely: number; readonly count: number },
): LabelSuspect[] {
  if (count === 0) return [];
  const candidates: LabelSuspect[] = [];
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] !== label) continue;
    const givenProbability = probabilities[index * classes + label]!;
    const likelyProbability = probabilities[index * classes + likely]!;
    if (likelyProbability > givenProbability) {
      candidates.push({ index, given: label, likely, givenProbability, likelyProbability });
    }
  }
  return candidates.sort((a, b) => marginOf(b) - marginOf(a) || a.index - b.index).slice(0, count);
}

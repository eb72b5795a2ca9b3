/**
 * Comparing trials by several objectives. Points are losses, one per objective: smaller is better everywhere, and none is NaN.
 *
 * Where outcome constraints are broken, what breaks them less comes first, whatever its losses; among equals the losses decide.
 *
 * @see Deb, Pratap, Agarwal, Meyarivan 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", sections III and VI
 */

/** [objectives], smaller is better. */
type Losses = readonly number[];

/** Whether `a` is nowhere worse than `b` and somewhere better. */
function dominates(a: Losses, b: Losses): boolean {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) isBetter = true;
  }
  return isBetter;
}

/** By how much the constraints are broken altogether; 0 when all are kept. */
export function totalViolation(violations: readonly number[]): number {
  return violations.reduce((sum, violation) => sum + Math.max(0, violation), 0);
}

/** First what is less broken, then by the losses from the first on: what dominates a point comes before it. */
function compare(losses: readonly Losses[], totals: Float64Array): (i: number, j: number) => number {
  return (i, j) => {
    if (totals[i] !== totals[j]) return totals[i]! - totals[j]!;
    const a = losses[i]!;
    const b = losses[j]!;
    for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! < b[k]! ? -1 : 1;
    return i - j;
  };
}

/**
 * For every point the number of its front: 0 for those that no point dominates, 1 for those that only the ones of front 0 do,
 * and so on.
 *
 * **Complexity.** O(n log n) for up to two objectives; O(n²) comparisons at worst for more.
 *
 * @param violations of every point, kept when <= 0; all are kept when absent
 * @see Zhang, Tian, Cheng, Jin 2015, "An Efficient Approach to Nondominated Sorting for Evolutionary Multiobjective Optimization"
 */
export function nonDominatedRanks(
  losses: readonly Losses[],
  violations: readonly (readonly number[])[] = [],
): readonly number[] {
  const totals = Float64Array.from(losses, (_, index) => totalViolation(violations[index] ?? []));
  const precedes = (i: number, j: number) =>
    totals[i] === totals[j] ? dominates(losses[i]!, losses[j]!) : totals[i]! < totals[j]!;
  const order = losses.map((_, index) => index).toSorted(compare(losses, totals));
  const fronts: number[][] = [];
  // With two objectives the second falls along a front: if any of its points dominates, its last one does.
  const isLastEnough = (losses[0]?.length ?? 0) <= 2;
  const isDominatedIn = (front: readonly number[], point: number) =>
    isLastEnough ? precedes(front.at(-1)!, point) : front.some((other) => precedes(other, point));
  const ranks = losses.map(() => 0);
  for (const point of order) {
    let from = 0;
    let to = fronts.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isDominatedIn(fronts[middle]!, point)) from = middle + 1;
      else to = middle;
    }
    if (from === fronts.length) fronts.push([]);
    fronts[from]!.push(point);
    ranks[point] = from;
  }
  return ranks;
}

/** The indices, ascending, of the points that keep all constraints and that no such point dominates. */
export function paretoFront(
  losses: readonly Losses[],
  violations: readonly (readonly number[])[] = [],
): readonly number[] {
  const kept = losses
    .map((_, index) => index)
    .filter((index) => totalViolation(violations[index] ?? []) === 0);
  const ranks = nonDominatedRanks(kept.map((index) => losses[index]!));
  return kept.filter((_, place) => ranks[place] === 0);
}

/**
 * For every point of one front how much room its neighbours leave it: the sum over the objectives of the distance between
 * them as a share of the front's extent, Infinity for the ends.
 */
export function crowdingDistance(front: readonly Losses[]): readonly number[] {
  const distances = front.map(() => 0);
  for (let objective = 0; objective < (front[0]?.length ?? 0); objective++) {
    const at = (index: number) => front[index]![objective]!;
    const order = front.map((_, index) => index).toSorted((i, j) => at(i) - at(j) || i - j);
    const extent = at(order.at(-1)!) - at(order[0]!);
    distances[order[0]!] = Infinity;
    distances[order.at(-1)!] = Infinity;
    if (!(extent > 0 && extent < Infinity)) continue;
    for (let place = 1; place < order.length - 1; place++) {
      distances[order[place]!]! += (at(order[place + 1]!) - at(order[place - 1]!)) / extent;
    }
  }
  return distances;
}

/**
 * The volume of what is dominated by the points and dominates the reference, exactly. Points that are not better than the
 * reference in every objective add nothing.
 *
 * **Complexity.** O(n log n) for two objectives, O(n² log n) for three; exponential in their number at worst.
 *
 * @param reference a loss for each objective, usually a little worse than the worst of interest
 * @see While, Bradstreet, Barone 2012, "A Fast Way of Calculating Exact Hypervolumes"
 */
export function hypervolume(points: readonly Losses[], reference: Losses): number {
  return volume(
    points.filter((point) => point.every((loss, i) => loss < reference[i]!)),
    reference,
  );
}

/** The volume of points that are all better than the reference, in its first `reference.length` objectives. */
function volume(points: readonly Losses[], reference: Losses): number {
  const last = reference.length - 1;
  if (points.length === 0) return 0;
  if (last === 0) return reference[0]! - Math.min(...points.map((point) => point[0]!));
  if (last === 1) return area(points, reference);
  const front = nondominated(points).toSorted((a, b) => b[last]! - a[last]!);
  const below = reference.slice(0, last);
  let sum = 0;
  for (const [index, point] of front.entries()) {
    // What comes later is better in the last objective: there each share with this point ends where the point does.
    const shared = front.slice(index + 1).map((other) => below.map((_, i) => Math.max(point[i]!, other[i]!)));
    const own = below.reduce((product, limit, i) => product * (limit - point[i]!), 1);
    sum += (reference[last]! - point[last]!) * (own - volume(nondominated(shared), below));
  }
  return sum;
}

function nondominated(points: readonly Losses[]): readonly Losses[] {
  const ranks = nonDominatedRanks(points);
  return points.filter((_, index) => ranks[index] === 0);
}

function area(points: readonly Losses[], [x, y]: Losses): number {
  let height = y!;
  let sum = 0;
  for (const [first, second] of points.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)) {
    if (second! >= height) continue;
    sum += (x! - first!) * (height - second!);
    height = second!;
  }
  return sum;
}

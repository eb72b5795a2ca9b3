/**
 * Smooth functions of a few variables inside a box, from a start downhill: quasi-Newton steps whose curvature is remembered
 * from the last few gradients, over the variables that are not held by a bound.
 *
 * *Differs from the paper:* a bound that is reached is found by clipping the step and not by the generalised Cauchy point;
 * functions here have at most some dozens of variables, and few of their minima lie on many bounds at once.
 *
 * @see Liu, Nocedal 1989, "On the Limited Memory BFGS Method for Large Scale Optimization"; Byrd, Lu, Nocedal, Zhu 1995 for
 *   the one with bounds
 */

/** The function's value; writes its gradient. Infinity where it is not defined. */
export type Smooth = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How often the function may be asked. */
  readonly evaluations: number;
  /** Ends where the largest component of the gradient, as far as bounds leave it free, is below. Defaults to 1e-5. */
  readonly tolerance?: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
}

interface Curvature {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

const remembered = 10;
/** Armijo's condition: the share of the promised decrease that must come true. */
const sufficient = 1e-4;

export function minimise(
  f: Smooth,
  start: Float64Array,
  { low, high, evaluations, tolerance = 1e-5 }: MinimiseOptions,
): Minimum {
  const n = start.length;
  const clip = (x: number, i: number) => Math.min(high[i]!, Math.max(low[i]!, x));
  let point: Float64Array = start.map(clip);
  let gradient: Float64Array = new Float64Array(n);
  let value = f(point, gradient);
  let used = 1;
  let memory: Curvature[] = [];
  while (used < evaluations && Number.isFinite(value)) {
    const isFree = Array.from(point, (x, i) => !(gradient[i]! > 0 ? x <= low[i]! : x >= high[i]!));
    const largest = gradient.reduce((most, g, i) => (isFree[i] ? Math.max(most, Math.abs(g)) : most), 0);
    if (largest < tolerance) break;
    let direction = descent(gradient, isFree, memory);
    if (dot(direction, gradient) >= 0) {
      memory = [];
      direction = descent(gradient, isFree, memory);
    }
    let size = memory.length === 0 ? Math.min(1, 0.1 / largest) : 1;
    let next: Float64Array | undefined;
    const nextGradient = new Float64Array(n);
    let nextValue = Infinity;
    while (used < evaluations) {
      const tried = point.map((x, i) => clip(x + size * direction[i]!, i));
      const promised = tried.reduce((sum, x, i) => sum + gradient[i]! * (x - point[i]!), 0);
      nextValue = f(tried, nextGradient);
      used++;
      if (nextValue <= value + sufficient * promised) {
        next = tried;
        break;
      }
      // The minimum of the parabola through what is known, kept away from both ends.
      const curved = -promised / (2 * (nextValue - value - promised));
      size *= Number.isFinite(curved) ? Math.min(0.5, Math.max(0.1, curved)) : 0.2;
      if (size < 1e-12) break;
    }
    if (next === undefined) {
      if (memory.length === 0 || used >= evaluations) break;
      memory = [];
      continue;
    }
    const step = next.map((x, i) => x - point[i]!);
    const change = nextGradient.map((g, i) => g - gradient[i]!);
    const along = dot(step, change);
    if (along > 1e-12 * dot(change, change))
      memory = [...memory.slice(1 - remembered), { step, change, rho: 1 / along }];
    const gained = value - nextValue;
    point = next;
    gradient = nextGradient;
    value = nextValue;
    if (gained <= 1e-10 * Math.max(1, Math.abs(value))) break;
  }
  return { point, value };
}

/** The two loops over what is remembered; bound variables stay. */
function descent(
  gradient: Float64Array,
  isFree: readonly boolean[],
  memory: readonly Curvature[],
): Float64Array {
  const free = (vector: Float64Array) => vector.map((x, i) => (isFree[i] ? x : 0));
  const direction = free(gradient).map((g) => -g);
  const weights = new Float64Array(memory.length);
  for (let k = memory.length - 1; k >= 0; k--) {
    const { step, change, rho } = memory[k]!;
    const weight = rho * dot(step, direction);
    weights[k] = weight;
    for (let i = 0; i < direction.length; i++) direction[i]! -= weight * change[i]!;
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [k, { step, change, rho }] of memory.entries()) {
    const weight = weights[k]! - rho * dot(change, direction);
    for (let i = 0; i < direction.length; i++) direction[i]! += weight * step[i]!;
  }
  return free(direction);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

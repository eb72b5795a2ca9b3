/**
 * Models of the quantities that a history measures: each objective, each outcome constraint, and whether trials succeed.
 *
 * A fit starts from the fit to the first 8, 16, 32 ... of the same measurements. Those parts are given by the number of
 * measurements and not by what was asked before, so a model is a function of the history alone; that they are remembered only
 * saves time. Of many measurements some are left out: the cost grows with their third power.
 */
import type { Evaluation } from "../sampler.ts";
import { fit, type Fit } from "./fit.ts";
import { GaussianProcess, type Measurements } from "./gaussian-process.ts";
import type { DimensionKind, Features } from "./kernel.ts";
import { parametersOf, type LogParameters } from "./likelihood.ts";
import type { TargetScale } from "./outcomes.ts";
import type { Quantity } from "./quantities.ts";

export interface Modelled {
  readonly model: GaussianProcess;
  /** Of the model's targets. */
  readonly scale: TargetScale;
  /** The variance of one measurement, as a target. */
  readonly noise: number;
}

export interface Modeller {
  model(quantity: Quantity, evaluations: readonly Evaluation[], pending: readonly Features[]): Modelled;
}

const smallestPart = 8;
/** Enough to tell lengths. */
const mostFitted = 128;
/** Up to so many, every proposal compares the scales. */
const mostCompared = 64;
/** Of more, the best, the newest and some from all times. */
const mostKept = 400;

interface Part {
  readonly evaluations: readonly Evaluation[];
  /** [scales] */
  readonly fits: readonly Fit[];
}

export function createModeller(
  kinds: readonly DimensionKind[],
  featuresOf: (evaluation: Evaluation) => Features,
): Modeller {
  /** By the name of the quantity and the number of evaluations. */
  const known = new Map<string, Part>();

  const measure = (evaluations: readonly Evaluation[], targets: Float64Array, most: number): Measurements => {
    const some = telling(targets, most);
    return {
      kinds,
      rows: some.map((index) => featuresOf(evaluations[index]!)),
      targets: Float64Array.from(some, (index) => targets[index]!),
      repeats: Float64Array.from(some, (index) => Math.max(1, evaluations[index]!.replicates)),
    };
  };

  const scaled = (quantity: Quantity, evaluations: readonly Evaluation[], which: number) => {
    const values = quantity.valuesOf(evaluations);
    const scale = quantity.scalesOf(values)[which]!;
    return { values, scale, targets: Float64Array.from(values, (value) => scale.toTarget(value)) };
  };

  const fitTo = (
    quantity: Quantity,
    evaluations: readonly Evaluation[],
    {
      which,
      from,
      isCold,
    }: { readonly which: number; readonly from?: LogParameters; readonly isCold: boolean },
  ): Fit => {
    const { values, scale, targets } = scaled(quantity, evaluations, which);
    const noise = quantity.noiseOf(evaluations, scale);
    const found = fit(measure(evaluations, targets, mostFitted), {
      noise,
      isCold,
      ...(from === undefined ? {} : { from }),
    });
    // The density of the values themselves: a bend that pushes targets together must not win by that.
    const stretch = telling(targets, mostFitted).reduce(
      (sum, index) => sum + Math.log(scale.slopeAt(values[index]!)),
      0,
    );
    return { point: found.point, value: found.value - stretch };
  };

  /** Fits with every scale, from those to a part when there is one. */
  const fitAll = (
    quantity: Quantity,
    evaluations: readonly Evaluation[],
    { part, isCold }: { readonly part: Part | null; readonly isCold: boolean },
  ): Part => ({
    evaluations,
    fits: quantity.scalesOf(quantity.valuesOf(evaluations)).map((_, which) => {
      const from = part?.fits[which]!.point;
      return fitTo(quantity, evaluations, { which, isCold, ...(from === undefined ? {} : { from }) });
    }),
  });

  /** The longest part of 8, 16, 32 ... evaluations; null for fewer. */
  const partOf = (quantity: Quantity, evaluations: readonly Evaluation[]): Part | null => {
    let size = smallestPart;
    if (size > evaluations.length) return null;
    while (2 * size <= evaluations.length) size *= 2;
    const first = evaluations.slice(0, size);
    const key = `${quantity.name}, ${size}`;
    const before = known.get(key);
    if (before?.evaluations.every((one, index) => one === first[index])) return before;
    const part = fitAll(quantity, first, {
      part: partOf(quantity, first.slice(0, size / 2)),
      isCold: true,
    });
    known.set(key, part);
    return part;
  };

  /** With the scale that explains the values best; of many values the part tells which. */
  const bestFit = (quantity: Quantity, evaluations: readonly Evaluation[], part: Part | null) => {
    const isWhole = part?.evaluations.length === evaluations.length;
    const isFew = part === null || evaluations.length <= mostCompared;
    const all = isWhole
      ? part
      : isFew
        ? fitAll(quantity, evaluations, { part, isCold: part === null })
        : null;
    const { fits } = all ?? part!;
    const best = fits.reduce((least, one) => (one.value < least.value ? one : least));
    const which = fits.indexOf(best);
    if (all !== null) return { which, point: best.point };
    return { which, point: fitTo(quantity, evaluations, { which, from: best.point, isCold: false }).point };
  };

  return {
    model(quantity, evaluations, pending) {
      const part = partOf(quantity, evaluations);
      const { which, point } = bestFit(quantity, evaluations, part);
      const { scale, targets } = scaled(quantity, evaluations, which);
      const parameters = parametersOf(point);
      const model = new GaussianProcess(measure(evaluations, targets, mostKept), parameters, pending);
      return { model, scale, noise: parameters.noise };
    },
  };
}

/** Which of many targets to keep, ascending: a third each of the smallest, the newest, and others at even distances. */
function telling(targets: Float64Array, most: number): readonly number[] {
  const all = Array.from(targets.keys());
  if (all.length <= most) return all;
  const third = Math.floor(most / 3);
  const chosen = new Set(all.toSorted((a, b) => targets[a]! - targets[b]!).slice(0, third));
  for (let index = all.length - 1; chosen.size < 2 * third; index--) chosen.add(index);
  const rest = all.filter((index) => !chosen.has(index));
  const wanted = most - chosen.size;
  for (let i = 0; i < wanted; i++) chosen.add(rest[Math.floor((i * rest.length) / wanted)]!);
  return all.filter((index) => chosen.has(index));
}

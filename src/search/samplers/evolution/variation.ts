/**
 * New configurations from known ones, in the unit cube: what has an order is crossed and mutated by distances, choices are
 * exchanged. A parameter that only one parent has comes from it; one that neither has and the child needs is drawn.
 *
 * @see Deb, Agrawal 1995, "Simulated Binary Crossover for Continuous Search Space"; Deb, Goyal 1996, "A Combined Genetic Adaptive
 *   Search (GeneAS) for Engineering Design", for polynomial mutation; both in the forms that keep bounds
 */
import {
  chooseConfiguration,
  encodeConfiguration,
  fromUnit,
  toUnit,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { axisOf, positionOf, type Axis } from "../tpe/axis.ts";

/** The larger, the nearer a child is to one of its parents. */
const crossoverIndex = 15;
/**
 * A mutation moves by about 1 / (index + 2) of the range on average. The literature's 20 is for tens of thousands of trials; with
 * hundreds, larger steps find more.
 */
const mutationIndex = 8;

export interface VariationRates {
  /** The probability that a child has two parents. */
  readonly crossover: number;
  /** The probability that a parameter is mutated; null: one of them on average. */
  readonly mutation: number | null;
}

export class Variation {
  readonly #space: SearchSpace;
  readonly #axes: readonly Axis[];
  readonly #rates: VariationRates;

  constructor(space: SearchSpace, rates: VariationRates) {
    this.#space = space;
    this.#axes = space.parameters.map(({ distribution }) => axisOf(distribution));
    this.#rates = rates;
  }

  /**
   * A child of one or two parents; it may break constraints, and it may be one of them again.
   *
   * @param next gives uniform numbers
   */
  child(parents: readonly [Configuration, Configuration], next: () => number): Configuration {
    const space = this.#space;
    const { crossover, mutation } = this.#rates;
    const [first, second] = parents.map((parent) => encodeConfiguration(space, parent));
    const isCrossed = next() < crossover;
    const mutable = this.#axes.filter((axis) => axis.kind === "interval" || axis.values.length > 1).length;
    const rate = mutation ?? 1 / Math.max(1, mutable);
    const units = this.#axes.map((axis, index) => {
      const [a, b] = [first![index]!, second![index]!];
      const crossed = a !== null && b !== null && isCrossed ? cross(axis, [a, b], next) : a;
      const unit = crossed ?? (isCrossed ? b : null) ?? next();
      const { distribution } = space.parameters[index]!;
      if (next() >= rate) return unit;
      if (axis.kind === "interval") return polynomialMutation(unit, next());
      const moved = otherPosition(axis, {
        from: positionOf(axis, distribution, fromUnit(distribution, unit)),
        to: positionOf(axis, distribution, fromUnit(distribution, polynomialMutation(unit, next()))),
        uniform: next(),
      });
      return toUnit(distribution, axis.values[moved]!);
    });
    const indices = new Map(space.parameters.map((parameter, index) => [parameter, index]));
    return chooseConfiguration(space, (parameter) =>
      fromUnit(parameter.distribution, units[indices.get(parameter)!]!),
    );
  }
}

function cross(axis: Axis, [a, b]: readonly [number, number], next: () => number): number {
  const isSwapped = next() < 0.5;
  if (axis.kind === "choices" || next() < 0.5) return isSwapped ? b : a;
  return simulatedBinaryCrossover(Math.min(a, b), Math.max(a, b), { isUpper: isSwapped, uniform: next() });
}

function simulatedBinaryCrossover(
  low: number,
  high: number,
  { isUpper, uniform }: { readonly isUpper: boolean; readonly uniform: number },
): number {
  const distance = high - low;
  if (distance < 1e-14) return low;
  const power = crossoverIndex + 1;
  const room = isUpper ? 1 - high : low;
  const alpha = 2 - (1 + (2 * room) / distance) ** -power;
  const spread =
    uniform <= 1 / alpha ? (uniform * alpha) ** (1 / power) : (1 / (2 - uniform * alpha)) ** (1 / power);
  const child = (low + high + (isUpper ? 1 : -1) * spread * distance) / 2;
  return Math.min(1, Math.max(0, child));
}

function polynomialMutation(unit: number, uniform: number): number {
  const power = mutationIndex + 1;
  const step =
    uniform < 0.5
      ? (2 * uniform + (1 - 2 * uniform) * (1 - unit) ** power) ** (1 / power) - 1
      : 1 - (2 * (1 - uniform) + (2 * uniform - 1) * unit ** power) ** (1 / power);
  return Math.min(1, Math.max(0, unit + step));
}

/** A value other than the one before: among choices any, among cells the next one when the step was too small. */
function otherPosition(
  axis: Exclude<Axis, { readonly kind: "interval" }>,
  { from, to, uniform }: { readonly from: number; readonly to: number; readonly uniform: number },
): number {
  const count = axis.values.length;
  if (count === 1) return 0;
  if (axis.kind === "choices") return (from + 1 + Math.floor(uniform * (count - 1))) % count;
  if (to !== from) return to;
  const neighbour = from + (uniform < 0.5 ? -1 : 1);
  return neighbour < 0 ? 1 : neighbour === count ? count - 2 : neighbour;
}

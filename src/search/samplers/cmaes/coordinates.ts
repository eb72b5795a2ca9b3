/**
 * The parameters as CMA-ES sees them: numbers on the unit line, which have an order, and choices, which have none. Parameters
 * with one value only are left out.
 */
import type { Json } from "../../../base/index.ts";
import { fromUnit, gridValues, toUnit, type Distribution, type SearchSpace } from "../../space/index.ts";

export interface NumericCoordinate {
  readonly name: string;
  readonly distribution: Distribution;
  /** Where the value changes, ascending inside of (0, 1); null for a continuum, or as good as one. */
  readonly borders: Float64Array | null;
}

export interface ChoiceCoordinate {
  readonly name: string;
  readonly distribution: Distribution;
  readonly values: readonly Json[];
  /** [values], as declared. */
  readonly probabilities: Float64Array;
}

export interface Coordinates {
  readonly numeric: readonly NumericCoordinate[];
  readonly choices: readonly ChoiceCoordinate[];
}

/** A step among more values is too small to get stuck on. */
const mostCells = 256;

export function coordinatesOf({ parameters }: SearchSpace): Coordinates {
  const numeric: NumericCoordinate[] = [];
  const choices: ChoiceCoordinate[] = [];
  for (const { name, distribution } of parameters) {
    const values = gridValues(distribution);
    if (values?.length === 1) continue;
    if (distribution.kind === "categorical") {
      const even = () => 1 / distribution.values.length;
      const probabilities = Float64Array.from(distribution.probabilities ?? distribution.values.map(even));
      choices.push({ name, distribution, values: distribution.values, probabilities });
    } else {
      const borders = values === null || values.length > mostCells ? null : bordersOf(distribution, values);
      numeric.push({ name, distribution, borders });
    }
  }
  return { numeric, choices };
}

/** By halving between neighbouring values. */
function bordersOf(distribution: Distribution, values: readonly Json[]): Float64Array {
  const units = values.map((value) => toUnit(distribution, value));
  return Float64Array.from(units.slice(1), (upper, cell) => {
    let from = units[cell]!;
    let to = upper;
    const below = JSON.stringify(values[cell]);
    for (let round = 0; round < 50; round++) {
      const middle = (from + to) / 2;
      if (JSON.stringify(fromUnit(distribution, middle)) === below) from = middle;
      else to = middle;
    }
    return to;
  });
}

/** Which of the choices a value is. */
export function choiceOf({ distribution, values }: ChoiceCoordinate, value: Json): number {
  const text = JSON.stringify(fromUnit(distribution, toUnit(distribution, value)));
  return values.findIndex((one) => JSON.stringify(one) === text);
}

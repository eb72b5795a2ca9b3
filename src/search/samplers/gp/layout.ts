/**
 * A space as the model sees it. Configurations become features: a number for what has an order, the index of its choice for
 * what has none. Where a parameter is not active it stands in its middle, and a dimension for its condition tells the
 * configurations that have it from those that have not; all distances stay those of a Euclidean space.
 */
import {
  brokenConstraints,
  chooseConfiguration,
  encodeConfiguration,
  fromUnit,
  gridValues,
  toUnit,
  type Configuration,
  type SearchParameter,
  type SearchSpace,
} from "../../space/index.ts";
import type { DimensionKind, Features } from "./kernel.ts";

/** [parameters], each in [0, 1], also of those that are not active: what they would be if they were. */
export type Units = Float64Array;

/** A searched parameter; constants have none. */
export interface Coordinate {
  /** Its place among the parameters of the space. */
  readonly index: number;
  /** Its place among the features. */
  readonly dimension: number;
  readonly kind: DimensionKind;
  /** The units of all values, ascending; null where there is a continuum. */
  readonly values: Float64Array | null;
}

export interface Place {
  /** Snapped to the values that there are. */
  readonly units: Units;
  readonly features: Features;
}

export interface Layout {
  readonly kinds: readonly DimensionKind[];
  readonly coordinates: readonly Coordinate[];
  /** Of a configuration of the space. */
  placeOf(configuration: Configuration): Place;
  /** Null where a constraint is broken. */
  placeAt(units: Units): Place | null;
  /** Whether the parameter counts there. */
  isActive(place: Place, coordinate: Coordinate): boolean;
  configurationAt(place: Place): Configuration;
}

/** Where a parameter that is not active stands. */
const middle = 0.5;
const noChoice = -1;

interface Searched extends Coordinate {
  readonly parameter: SearchParameter;
  /** The dimension of its condition; null: always active. */
  readonly condition: number | null;
}

export function createLayout(space: SearchSpace): Layout {
  const { coordinates, kinds } = dimensionsOf(space);
  const isPlain = space.constraints === undefined && coordinates.every(({ condition }) => condition === null);
  const coordinateOf = new Map(coordinates.map((one) => [one.parameter, one]));

  const snapped = (units: Units): Units => {
    const out = units.slice();
    for (const { index, values, parameter } of coordinates) {
      if (values !== null)
        out[index] = toUnit(parameter.distribution, fromUnit(parameter.distribution, out[index]!));
    }
    return out;
  };
  const featuresOf = (units: Units, isActive: (parameter: SearchParameter) => boolean): Features => {
    const features = new Float64Array(kinds.length);
    for (const { index, dimension, kind, values, condition, parameter } of coordinates) {
      const active = isActive(parameter);
      if (condition !== null) features[condition] = Number(active);
      if (kind === "category") features[dimension] = active ? values!.indexOf(units[index]!) : noChoice;
      else features[dimension] = active ? units[index]! : middle;
    }
    return features;
  };
  const decode = (units: Units): Configuration =>
    chooseConfiguration(space, (parameter) => {
      const coordinate = coordinateOf.get(parameter);
      return fromUnit(parameter.distribution, coordinate === undefined ? middle : units[coordinate.index]!);
    });

  return {
    kinds,
    coordinates,
    placeOf(configuration) {
      const units = Float64Array.from(encodeConfiguration(space, configuration), (unit) => unit ?? middle);
      const isActive = ({ name }: SearchParameter) => Object.hasOwn(configuration, name);
      const place = snapped(units);
      return { units: place, features: featuresOf(place, isActive) };
    },
    placeAt(units) {
      const place = snapped(units);
      if (isPlain) return { units: place, features: featuresOf(place, () => true) };
      const configuration = decode(place);
      if (brokenConstraints(space, configuration).length > 0) return null;
      return { units: place, features: featuresOf(place, ({ name }) => Object.hasOwn(configuration, name)) };
    },
    isActive({ features }, coordinate) {
      const { condition } = coordinates.find(({ index }) => index === coordinate.index)!;
      return condition === null || features[condition] === 1;
    },
    configurationAt: ({ units }) => decode(units),
  };
}

function dimensionsOf(space: SearchSpace): {
  readonly coordinates: readonly Searched[];
  readonly kinds: readonly DimensionKind[];
} {
  const kinds: DimensionKind[] = [];
  const conditions = new Map<string, number>();
  const coordinates: Searched[] = [];
  for (const [index, parameter] of space.parameters.entries()) {
    const { distribution, when } = parameter;
    const grid = gridValues(distribution);
    if (grid?.length === 1) continue;
    const kind = distribution.kind === "categorical" ? "category" : "number";
    const values = grid === null ? null : Float64Array.from(grid, (value) => toUnit(distribution, value));
    const dimension = kinds.push(kind) - 1;
    let condition: number | null = null;
    if (when !== undefined) {
      const text = JSON.stringify(when);
      condition = conditions.get(text) ?? kinds.push("number") - 1;
      conditions.set(text, condition);
    }
    coordinates.push({ index, dimension, kind, values, parameter, condition });
  }
  return { coordinates, kinds };
}

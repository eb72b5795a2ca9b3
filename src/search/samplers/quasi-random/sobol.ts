import type { Seed } from "../../../base/index.ts";
import { drawFeasible, fromUnit, type Configuration, type SearchSpace } from "../../space/index.ts";
import type { Sampler, Suggestion } from "../sampler.ts";
import { SobolSequence } from "./sobol-sequence.ts";

interface Found {
  readonly index: number;
  readonly configuration: Configuration;
}

/**
 * Fills the space evenly: trial n gets the n-th point of a scrambled Sobol sequence that keeps the constraints. Parameters without
 * a choice take no dimension. What a study refuses is replaced by a point of another sequence.
 *
 * @see Bousquet, Gelly, Kurach, Teytaud, Vincent 2017, "Critical Hyper-Parameters: No Random, No Cry"
 */
export function createSobolSampler(space: SearchSpace): Sampler {
  const searched = space.parameters.filter(({ distribution }) => distribution.kind !== "constant");
  const dimensions = new Map(searched.map(({ name }, dimension) => [name, dimension]));
  /** By seed, the indices of the points that keep the constraints, as far as they were looked for. */
  const feasible = new Map<Seed, number[]>();

  /** The first point from that index on that keeps the constraints. */
  const findFrom = (sequence: SobolSequence, first: number): Found => {
    let index = -1;
    let point: Float64Array = new Float64Array();
    const configuration = drawFeasible(space, ({ name, distribution }, attempt) => {
      if (first + attempt !== index) point = sequence.point((index = first + attempt));
      return fromUnit(distribution, point[dimensions.get(name) ?? -1] ?? 0.5);
    });
    return { index, configuration };
  };

  const indexOf = (sequence: SobolSequence, seed: Seed, number: number): number => {
    if (space.constraints === undefined) return number;
    const indices = feasible.get(seed) ?? [];
    feasible.set(seed, indices);
    while (indices.length <= number) indices.push(findFrom(sequence, (indices.at(-1) ?? -1) + 1).index);
    return indices[number]!;
  };

  return {
    name: "sobol",
    usesHistory: false,
    size: null,
    suggest({ number, retry, seed }): Suggestion {
      const sequence = new SobolSequence(seed, searched.length, ...(retry === 0 ? [] : ["retry", retry]));
      const first = retry === 0 ? indexOf(sequence, seed, number) : number;
      const { index, configuration } = findFrom(sequence, first);
      const which = retry === 0 ? "a scrambled Sobol sequence" : `Sobol sequence ${retry + 1}`;
      return { configuration, why: { kind: "drawn", message: `point ${index} of ${which}` } };
    },
  };
}

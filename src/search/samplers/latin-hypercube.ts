import { z } from "zod";

import { RandomStream, type Seed } from "../../base/index.ts";
import { drawFeasible, fromUnit, type SearchParameter } from "../space/index.ts";
import type { Sampler, Suggestion } from "./sampler.ts";

export const latinHypercubeOptions = z.object({
  /** Trials of one hypercube; null: as many as the study has. */
  points: z.int().min(1).max(1_000_000).nullable().default(null),
  /** Takes the middle of each stratum instead of a random place in it. */
  centred: z.boolean().default(false),
});

/** A longer study is given one hypercube after the other. */
const mostPoints = 100_000;

/**
 * Of n trials each has its own of n equally likely strata of every parameter, put together at random. Later trials fill another
 * hypercube. A row that breaks a constraint or is refused by the study is replaced by a random draw.
 *
 * @see McKay, Beckman, Conover 1979, "A Comparison of Three Methods for Selecting Values of Input Variables"
 */
export function createLatinHypercubeSampler({
  points,
  centred,
}: z.output<typeof latinHypercubeOptions>): Sampler {
  /** The strata of one parameter in one hypercube, by row. */
  const columns = new Map<string, Int32Array>();

  const columnOf = (seed: Seed, size: number, names: readonly (string | number)[]): Int32Array => {
    const key = JSON.stringify([seed, size, ...names]);
    const known = columns.get(key);
    if (known !== undefined) return known;
    const column = Int32Array.from({ length: size }, (_, row) => row);
    new RandomStream(seed, "latin-hypercube", "strata", ...names).shuffle(column);
    columns.set(key, column);
    return column;
  };

  return {
    name: "latin-hypercube",
    usesHistory: false,
    size: null,
    suggest({ number, retry, seed, space, maxTrials }): Suggestion {
      const size = points ?? Math.min(mostPoints, Math.max(1, maxTrials));
      const cube = Math.floor(number / size);
      const row = number % size;
      const again = retry === 0 ? [] : ["retry", retry];
      let attempts = 0;
      const draw = ({ name, distribution }: SearchParameter, attempt: number) => {
        attempts = attempt;
        const uniform = new RandomStream(seed, "latin-hypercube", number, name, ...again).uniform(attempt);
        if (retry > 0 || attempt > 0) return fromUnit(distribution, uniform);
        const stratum = columnOf(seed, size, [cube, name])[row]!;
        return fromUnit(distribution, (stratum + (centred ? 0.5 : uniform)) / size);
      };
      const configuration = drawFeasible(space, draw);
      const message =
        retry > 0 || attempts > 0
          ? "drawn, because the row of the hypercube does not do"
          : `row ${row + 1} of ${size} of Latin hypercube ${cube + 1}`;
      return { configuration, why: { kind: "drawn", message } };
    },
  };
}

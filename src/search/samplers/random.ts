import { RandomStream } from "../../base/index.ts";
import { drawFeasible, fromUnit } from "../space/index.ts";
import type { Sampler, Suggestion } from "./sampler.ts";

/**
 * Draws every parameter from its distribution, independently, until the constraints are kept. The stream is named by trial
 * number and parameter, so a parameter that is added to a space leaves the values of the others as they were.
 *
 * @see Bergstra and Bengio 2012, "Random Search for Hyper-Parameter Optimization"
 */
export function createRandomSampler(): Sampler {
  return {
    name: "random",
    usesHistory: false,
    size: null,
    suggest({ number, retry, seed, space }): Suggestion {
      const again = retry === 0 ? [] : ["retry", retry];
      const configuration = drawFeasible(space, ({ name, distribution }, attempt) =>
        fromUnit(distribution, new RandomStream(seed, "suggest", number, name, ...again).uniform(attempt)),
      );
      return { configuration, why: { kind: "drawn", message: "drawn from the distributions" } };
    },
  };
}

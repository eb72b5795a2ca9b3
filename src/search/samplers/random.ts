import { RandomStream } from "../../base/index.ts";
import { drawFeasible, fromUnit, type Configuration } from "../space/index.ts";
import type { Sampler } from "./sampler.ts";

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
    suggest({ number, seed, space }): Configuration {
      return drawFeasible(space, ({ name, distribution }, attempt) =>
        fromUnit(distribution, new RandomStream(seed, "suggest", number, name).uniform(attempt)),
      );
    },
  };
}

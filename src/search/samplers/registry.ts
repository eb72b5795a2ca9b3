/** The samplers, one line each. */
import { z } from "zod";

import type { SearchSpace } from "../space/index.ts";
import { resolveChoice, type ChoiceEntry, type ChoiceInput, type SamplerChoice } from "../trial/index.ts";
import { autoOptions, createAutoSampler } from "./auto.ts";
import { bohbOptions, createBohbSampler } from "./bohb.ts";
import { cmaesOptions, createCmaesSampler } from "./cmaes/cmaes.ts";
import { createCoarseToFineSampler } from "./coarse-to-fine/coarse-to-fine.ts";
import { coarseToFineOptions } from "./coarse-to-fine/plan.ts";
import { createNsga2Sampler } from "./evolution/nsga2.ts";
import { createNsga3Sampler } from "./evolution/nsga3.ts";
import { populationOptions } from "./evolution/population-sampler.ts";
import { createEvolutionSampler, evolutionOptions } from "./evolution/regularised-evolution.ts";
import { createGpSampler, gpOptions } from "./gp/gp.ts";
import { createGridSampler } from "./grid.ts";
import { createLatinHypercubeSampler, latinHypercubeOptions } from "./latin-hypercube.ts";
import { createLocalSampler, localOptions } from "./local.ts";
import { createSobolSampler } from "./quasi-random/sobol.ts";
import { createRandomSampler } from "./random.ts";
import type { Sampler } from "./sampler.ts";
import { createTpeSampler, tpeOptions } from "./tpe/tpe.ts";

interface SamplerEntry extends ChoiceEntry {
  create(space: SearchSpace, options: Readonly<Record<string, unknown>>): Sampler;
}

/** Ties the options that a sampler is created with to their schema. */
function sampler<S extends z.ZodObject>(
  options: S,
  create: (space: SearchSpace, options: z.output<S>) => Sampler,
): Omit<SamplerEntry, "options"> & { readonly options: S } {
  return { options, create: (space, given) => create(space, given as z.output<S>) };
}

const none = z.object({});

const entries = {
  auto: sampler(autoOptions, createAutoSampler),
  bohb: sampler(bohbOptions, createBohbSampler),
  cmaes: sampler(cmaesOptions, createCmaesSampler),
  "coarse-to-fine": sampler(coarseToFineOptions, (_, options) => createCoarseToFineSampler(options)),
  evolution: sampler(evolutionOptions, createEvolutionSampler),
  gp: sampler(gpOptions, createGpSampler),
  grid: sampler(none, createGridSampler),
  "latin-hypercube": sampler(latinHypercubeOptions, (_, options) => createLatinHypercubeSampler(options)),
  local: sampler(localOptions, (_, options) => createLocalSampler(options)),
  nsga2: sampler(populationOptions, createNsga2Sampler),
  nsga3: sampler(populationOptions, createNsga3Sampler),
  random: sampler(none, createRandomSampler),
  sobol: sampler(none, createSobolSampler),
  tpe: sampler(tpeOptions, createTpeSampler),
} satisfies Readonly<Record<string, SamplerEntry>>;

type SamplerName = keyof typeof entries;

/** A sampler as a person writes it: its name, or that beside those of its options that differ from the defaults. */
export type SamplerInput = {
  readonly [N in SamplerName]: N | ChoiceInput<N, (typeof entries)[N]["options"]>;
}[SamplerName];

export const samplerNames: readonly string[] = Object.keys(entries);

/**
 * The sampler of that name for the space.
 *
 * @throws INVALID_USAGE for an unknown name or option, with the nearest; INVALID_SPACE when it does not suit the space.
 */
export function createSampler(choice: SamplerChoice, space: SearchSpace): Sampler {
  const { entry, options } = resolveChoice("sampler", choice, entries);
  return entry.create(space, options);
}

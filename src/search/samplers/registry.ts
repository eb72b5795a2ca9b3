/** The samplers, one line each. */
import { suggestName, TunesmithError } from "../../base/index.ts";
import type { SearchSpace } from "../space/index.ts";
import type { SamplerChoice } from "../trial/index.ts";
import { createGridSampler } from "./grid.ts";
import { createRandomSampler } from "./random.ts";
import type { Sampler } from "./sampler.ts";
import { createTpeSampler } from "./tpe/tpe.ts";

interface SamplerEntry {
  readonly optionNames: readonly string[];
  create(choice: SamplerChoice, space: SearchSpace): Sampler;
}

const entries: Readonly<Record<string, SamplerEntry>> = {
  grid: { optionNames: [], create: (_, space) => createGridSampler(space) },
  random: { optionNames: [], create: () => createRandomSampler() },
  tpe: {
    optionNames: ["startupTrials", "candidates"],
    create: ({ options }, space) => createTpeSampler(space, options),
  },
};

export const samplerNames: readonly string[] = Object.keys(entries);

/**
 * The sampler of that name for the space.
 *
 * @throws INVALID_USAGE for an unknown name or option, with the nearest; INVALID_SPACE when it does not suit the space.
 */
export function createSampler(choice: SamplerChoice, space: SearchSpace): Sampler {
  const { name, options } = choice;
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `unknown sampler \`${name}\`; ${suggestName(name, samplerNames)}`,
      facts: { sampler: name, allowed: samplerNames },
    });
  }
  for (const option of Object.keys(options)) {
    if (entry.optionNames.includes(option)) continue;
    throw new TunesmithError("INVALID_USAGE", {
      message: `sampler \`${name}\`: unknown option \`${option}\`; ${entry.optionNames.length === 0 ? "it takes none." : suggestName(option, entry.optionNames)}`,
      facts: { sampler: name, option, allowed: entry.optionNames },
    });
  }
  return entry.create(choice, space);
}

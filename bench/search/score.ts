/** How a search is judged: by the true value of what it would have handed over after so many trials. */
import { RandomStream, type Seed } from "../../src/base/index.ts";
import { configurationKey, hypervolume, type Configuration } from "../../src/search/index.ts";
import type { Answer } from "../../src/testing/optimise.ts";
import type { Problem } from "./problems/problem.ts";

export const mostSeeds = 20;
export const mostTrials = 100;
/** Trials after which a search is judged. */
export const checkpoints: readonly number[] = [25, 50, 100];

/** Standard normal; the peers get the same numbers. */
export function noiseOf(seed: Seed, number: number): number {
  return new RandomStream(seed, "benchmark noise").normal(number);
}

/** What the sampler is told. */
export function observe(
  problem: Problem,
  configuration: Configuration,
  trial: { seed: Seed; number: number },
): Answer {
  const losses = problem.evaluate(configuration);
  if (losses === null || problem.noise === undefined) return { losses };
  const noise = problem.noise * noiseOf(trial.seed, trial.number);
  return { losses: losses.map((loss) => loss + noise) };
}

/** A trial: what the sampler was told of a configuration. */
export interface Told {
  readonly configuration: Configuration;
  readonly losses: readonly number[] | null;
}

/** Of each objective. */
export function meanOf(measured: readonly (readonly number[])[]): number[] {
  return measured[0]!.map((_, index) => {
    let sum = 0;
    for (const losses of measured) sum += losses[index]!;
    return sum / measured.length;
  });
}

/**
 * Smaller is better: the true loss of the configuration with the best mean of what was told, as a study hands it over, or of
 * two objectives the volume that the front dominates, negated. Infinity where everything failed.
 */
export function scoreOf(problem: Problem, history: readonly Told[]): number {
  const groups = new Map<string, { configuration: Configuration; measured: (readonly number[])[] }>();
  for (const { configuration, losses } of history) {
    if (losses === null) continue;
    const key = configurationKey(configuration);
    const group = groups.get(key) ?? { configuration, measured: [] };
    group.measured.push(losses);
    groups.set(key, group);
  }
  const means = [...groups.values()].map((group) => ({ ...group, losses: meanOf(group.measured) }));
  if (problem.reference !== undefined) {
    return -hypervolume(
      means.map(({ losses }) => losses),
      problem.reference,
    );
  }
  let best = means[0];
  for (const one of means) if (one.losses[0]! < best!.losses[0]!) best = one;
  return best === undefined ? Infinity : problem.evaluate(best.configuration)![0]!;
}

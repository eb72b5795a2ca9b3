/** How a search is judged: by the true value of what it would have handed over after so many trials. */
import { RandomStream, type Seed } from "../../src/base/index.ts";
import { hypervolume, type Configuration } from "../../src/search/index.ts";
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

interface Told {
  readonly configuration: Configuration;
  readonly losses: readonly number[] | null;
}

/**
 * Smaller is better: the true loss of the configuration with the best loss that was told, or of two objectives the volume
 * that the front dominates, negated. Infinity where everything failed.
 */
export function scoreOf(problem: Problem, history: readonly Told[]): number {
  const done = history.filter(({ losses }) => losses !== null);
  if (problem.reference !== undefined) {
    return -hypervolume(
      done.map(({ losses }) => losses!),
      problem.reference,
    );
  }
  let best: Told | null = null;
  for (const one of done) if (best === null || one.losses![0]! < best.losses![0]!) best = one;
  return best === null ? Infinity : problem.evaluate(best.configuration)![0]!;
}

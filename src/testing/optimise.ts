/** A search without a study: a sampler asked and told in a loop, for tests and benchmarks of samplers. */
import { toSeed, type Seed } from "../base/index.ts";
import type { Evaluation, Sampler, Suggestion, SuggestOptions } from "../search/samplers/index.ts";
import type { Configuration, SearchSpace } from "../search/space/index.ts";

/** An objective's answer: losses, one per objective, or what went wrong. */
export interface Answer {
  /** Null for a failure. */
  readonly losses: readonly number[] | null;
  readonly violations?: readonly number[];
}

export interface OptimiseOptions {
  readonly space: SearchSpace;
  readonly objective: (configuration: Configuration, number: number) => Answer;
  readonly trials: number;
  readonly seed?: Seed;
  readonly objectives?: number;
  /** How many trials run at once, each finishing in the order of its start. Defaults to 1. */
  readonly parallel?: number;
}

/** What a sampler is asked, with everything left out filled in. */
export function question(asked: Partial<SuggestOptions> & Pick<SuggestOptions, "space">): SuggestOptions {
  const { history = [] } = asked;
  return {
    number: history.length,
    retry: 0,
    seed: toSeed(1),
    history,
    objectives: 1,
    maxTrials: 1000,
    ...asked,
  };
}

export function evaluation(
  parts: Partial<Evaluation> & Pick<Evaluation, "number" | "configuration">,
): Evaluation {
  const state =
    parts.state ?? (parts.losses === undefined ? "pending" : parts.losses === null ? "failed" : "completed");
  return {
    state,
    isGiven: false,
    losses: null,
    replicates: state === "pending" || state === "failed" ? 0 : 1,
    variances: null,
    violations: [],
    fidelity: state === "completed" ? 1 : 0,
    curve: [],
    ...parts,
  };
}

/** Every trial in the order of its number, and why it was proposed. */
export function optimise(
  sampler: Sampler,
  { space, objective, trials, seed = toSeed(1), objectives = 1, parallel = 1 }: OptimiseOptions,
): { readonly history: Evaluation[]; readonly suggestions: Suggestion[] } {
  const history: Evaluation[] = [];
  const suggestions: Suggestion[] = [];
  const finish = (number: number) => {
    const { configuration } = history[number]!;
    const { losses, violations = [] } = objective(configuration, number);
    history[number] = evaluation({ number, configuration, losses, violations });
  };
  for (let number = 0; number < trials; number++) {
    if (number >= parallel) finish(number - parallel);
    const asked = question({ number, seed, space, history: [...history], objectives, maxTrials: trials });
    const suggestion = sampler.suggest(asked);
    if (suggestion === null) throw new Error(`${sampler.name} waits although trial ${number} may start`);
    suggestions.push(suggestion);
    history.push(evaluation({ number, configuration: suggestion.configuration }));
  }
  for (let number = Math.max(0, trials - parallel); number < trials; number++) finish(number);
  return { history, suggestions };
}

/** The smallest first loss after each trial; Infinity while there is none. */
export function bestSoFar(history: readonly Evaluation[]): number[] {
  let best = Infinity;
  return history.map(({ losses }) => (best = Math.min(best, losses?.[0] ?? Infinity)));
}

/**
 * A search as a study runs it, one trial after the other, without a store: a configuration that was tried before is asked about
 * again, unless the sampler says that it means to repeat it, and its results are averaged.
 */
import type { Seed } from "../../src/base/index.ts";
import {
  configurationKey,
  type Configuration,
  type Evaluation,
  type Sampler,
  type Suggestion,
  type SuggestOptions,
} from "../../src/search/index.ts";
import { evaluation, question } from "../../src/testing/optimise.ts";
import type { Problem } from "./problems/problem.ts";
import { meanOf, observe, type Told } from "./score.ts";

/** As many times a study asks for something else. */
const mostRetries = 50;

/** Every trial in order. */
export function search(
  sampler: Sampler,
  problem: Problem,
  { trials, seed }: { readonly trials: number; readonly seed: Seed },
): readonly Told[] {
  const told: Told[] = [];
  /** Of each configuration. */
  const groups = new Map<string, Told[]>();
  const history = new Map<string, Evaluation>();
  for (let trial = 0; trial < trials; trial++) {
    const asked = question({
      number: groups.size,
      seed,
      space: problem.space,
      history: [...history.values()],
      objectives: problem.reference?.length ?? 1,
      maxTrials: trials,
    });
    const { configuration } = suggestNew(sampler, asked, groups);
    const one = { configuration, ...observe(problem, configuration, { seed, number: trial }) };
    told.push(one);
    const key = configurationKey(configuration);
    const group = [...(groups.get(key) ?? []), one];
    groups.set(key, group);
    history.set(key, evaluationOf(group, history.get(key)?.number ?? asked.number));
  }
  return told;
}

function suggestNew(
  sampler: Sampler,
  asked: SuggestOptions,
  tried: ReadonlyMap<string, unknown>,
): Suggestion {
  for (let retry = 0; retry <= mostRetries; retry++) {
    const suggestion = sampler.suggest({ ...asked, retry });
    if (suggestion === null) throw new Error(`${sampler.name} waits although nothing is running`);
    if (suggestion.why.kind === "replicating" || !tried.has(configurationKey(suggestion.configuration)))
      return suggestion;
  }
  throw new Error(`${sampler.name} proposes nothing new in ${mostRetries} attempts`);
}

function evaluationOf(group: readonly Told[], number: number): Evaluation {
  const configuration: Configuration = group[0]!.configuration;
  const measured = group.flatMap(({ losses }) => (losses === null ? [] : [losses]));
  if (measured.length === 0) return evaluation({ number, configuration, losses: null });
  const losses = meanOf(measured);
  const squares = meanOf(measured.map((one) => one.map((loss, index) => (loss - losses[index]!) ** 2)));
  const correction = measured.length / (measured.length - 1);
  return evaluation({
    number,
    configuration,
    losses,
    replicates: measured.length,
    variances: measured.length < 2 ? null : squares.map((square) => square * correction),
  });
}

/** How far a coarse-to-fine search has come: the stages that are finished, what each told, and what is left of the space. */
import type { SearchSpace } from "../../space/index.ts";
import type { Evaluation } from "../sampler.ts";
import { narrowedBox, wholeBox, type Box } from "./box.ts";
import { judgeStage, type StageResult } from "./judge-stage.ts";
import type { Stage } from "./plan.ts";

export interface StageState {
  readonly stage: Stage;
  /** What the stage draws from. */
  readonly box: Box;
  readonly trials: readonly Evaluation[];
  /** Null before all its trials have finished. */
  readonly result: StageResult | null;
}

/**
 * The stages that have begun or may begin, in order; only the last one may be unfinished.
 *
 * @param count how many configurations there are so far
 */
export function stagesOf(
  space: SearchSpace,
  plan: readonly Stage[],
  { history, count }: { readonly history: readonly Evaluation[]; readonly count: number },
): readonly StageState[] {
  const states: StageState[] = [];
  let box = wholeBox(space);
  for (const stage of plan) {
    const end = stage.first + stage.trials;
    const trials = history.filter(({ number }) => number >= stage.first && number < end);
    const isFinished = count >= end && trials.every(({ state }) => state !== "pending");
    const result = isFinished ? judgeStage(trials) : null;
    states.push({ stage, box, trials, result });
    if (result === null) break;
    const best = result.best.map(({ configuration }) => configuration);
    box = narrowedBox(space, box, { best, tried: trials.map(({ configuration }) => configuration) });
  }
  return states;
}

/** The results of the stage before that a stage trains again, best first. */
export function keptFor(
  { keep, stage, stages }: Stage,
  { ranked, best }: StageResult,
): readonly Evaluation[] {
  // What is trained again lies in the narrowed box, but for the last stage: there nothing is narrowed any more.
  return (stage === stages ? ranked : best).slice(0, keep);
}

/** When a study ends before its last trial; each rule gives its reason. */
import { normalCumulative } from "../../base/index.ts";
import type { Evaluation } from "../samplers/index.ts";
import type { StudyDefinition, StudyEnd, TrialRecord } from "../trial/index.ts";
import { lossOf } from "./measure.ts";

/** So many proposals in a row have to promise little: one may be a deliberate look elsewhere. */
const weakProposals = 3;

/**
 * @param evaluations finished or not; @param trials whose proposals may tell what a model expects
 * @returns null while the search is worth going on
 */
export function endReason(
  definition: StudyDefinition,
  evaluations: readonly Evaluation[],
  trials: readonly TrialRecord[],
): Omit<StudyEnd, "endedAt"> | null {
  const { endWhen, objective } = definition;
  if (endWhen === undefined) return null;
  const finished = evaluations.filter(({ state }) => state !== "pending");
  const best = bestOf(finished);
  if (best === null) return null;
  const { target, noImprovement, expectedImprovement } = endWhen;
  const value = objective.direction === "minimize" ? best.loss : -best.loss;
  if (target !== undefined && best.loss <= lossOf(target, objective)) {
    return { rule: "target", message: `${objective.metric} reached ${value}; the target is ${target}` };
  }
  const since = finished.length - 1 - best.index;
  if (noImprovement !== undefined && since >= noImprovement) {
    const message = `the best ${objective.metric}, ${value}, has not improved in ${since} finished trials`;
    return { rule: "no-improvement", message };
  }
  if (expectedImprovement !== undefined) {
    const expected = trials
      .flatMap(({ origin }) => origin?.why?.prediction ?? [])
      .slice(-weakProposals)
      .map((prediction) => improvementOf(prediction, best.loss));
    if (expected.length === weakProposals && expected.every((one) => one < expectedImprovement)) {
      const most = Math.max(...expected).toPrecision(2);
      const message = `the last ${weakProposals} proposals promised an improvement of at most ${most}, less than ${expectedImprovement}`;
      return { rule: "expected-improvement", message };
    }
  }
  return null;
}

function bestOf(finished: readonly Evaluation[]): { readonly loss: number; readonly index: number } | null {
  let best: { readonly loss: number; readonly index: number } | null = null;
  for (const [index, { losses, state, violations }] of finished.entries()) {
    if (state !== "completed" || losses === null || violations.some((one) => one > 0)) continue;
    if (best === null || losses[0]! < best.loss) best = { loss: losses[0]!, index };
  }
  return best;
}

/** By how much a normally distributed loss is expected to be below the best. */
function improvementOf(
  { mean, deviation }: { readonly mean: number; readonly deviation: number },
  best: number,
): number {
  if (deviation <= 0) return Math.max(0, best - mean);
  const z = (best - mean) / deviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return deviation * (z * normalCumulative(z) + density);
}

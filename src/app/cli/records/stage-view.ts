/** The log of a coarse-to-fine search: what each stage was, what was dropped and narrowed after it, and why. */
import { stageLog, type Evaluation, type StageReport } from "../../../search/samplers/index.ts";
import {
  isFinished,
  type Objective,
  type StudyDefinition,
  type TrialRecord,
} from "../../../search/trial/index.ts";
import type { OpenedStudy } from "./open-study.ts";
import { countText } from "./search-text.ts";

/** Null for a study of another method, and where repeats share their configuration's place in a stage. */
export async function readStages({ storage, study }: OpenedStudy): Promise<readonly StageReport[] | null> {
  const { id, definition } = study.record;
  const { sampler, space, maxTrials, replicates } = definition;
  if (sampler.name !== "coarse-to-fine" || replicates !== undefined) return null;
  const evaluations: Evaluation[] = [];
  for (const trial of await storage.listTrials(id)) {
    const curve = await storage.listObservations(trial.id, definition.objective.metric);
    evaluations.push(evaluationOf(trial, curve, definition));
  }
  return stageLog(space, evaluations, { options: sampler.options, maxTrials });
}

function evaluationOf(
  trial: TrialRecord,
  curve: readonly { readonly step: number; readonly value: number }[],
  { objective, otherObjectives = [] }: StudyDefinition,
): Evaluation {
  const { number, parameters, state, objectiveValue, otherValues, violations, origin } = trial;
  const values = [objectiveValue, ...otherValues];
  const isMeasured = state !== "failed" && !values.includes(null) && !violations.includes(null);
  const losses = isMeasured
    ? [objective, ...otherObjectives].map((one, i) => lossOf(values[i] ?? Number.NaN, one))
    : null;
  return {
    number,
    isGiven: origin?.by === "given",
    configuration: parameters,
    state: isFinished(state) ? (state as "completed" | "stopped" | "failed") : "pending",
    losses,
    replicates: losses === null ? 0 : 1,
    variances: null,
    violations: isMeasured ? (violations as readonly number[]) : [],
    fidelity: 1,
    curve: curve.map(({ step, value }) => ({ step, loss: lossOf(value, objective) })),
  };
}

function lossOf(value: number, { direction }: Pick<Objective, "direction">): number {
  return direction === "maximize" ? -value : value;
}

/** One paragraph for each stage that has begun. */
export function stageText(stages: readonly StageReport[]): string {
  return stages
    .map((report) => [headOf(report, stages.length), ...outcomeOf(report)].join("\n  "))
    .join("\n");
}

function headOf({ stage, state, firstTrial, lastTrial, length }: StageReport, count: number): string {
  const { steps, share = 1 } = length;
  const how = steps === undefined ? lengthText(share) : countText(steps, "step");
  return `stage ${stage} of ${count}, ${state}: trials #${firstTrial} to #${lastTrial}, ${how}`;
}

function lengthText(share: number): string {
  return share === 1 ? "full length" : `${Number((100 * share).toPrecision(2))} % of the full length`;
}

function outcomeOf({ state, dropped, kept, narrowed }: StageReport): readonly string[] {
  if (state !== "finished") return [];
  const reasons = Map.groupBy(dropped, ({ reason }) => reason);
  const counts = [...reasons].map(([reason, trials]) => `${trials.length} ${reason}`);
  return [
    ...(counts.length === 0 ? [] : [`dropped: ${counts.join(", ")}`]),
    ...(kept.length === 0 ? [] : [`trained on: ${kept.map((number) => `#${number}`).join(" ")}`]),
    ...narrowed.map(({ message }) => message),
  ];
}

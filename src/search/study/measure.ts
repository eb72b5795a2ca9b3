import type { Measurement } from "../storage/index.ts";
import {
  reduceCurve,
  type CurvePoint,
  type Objective,
  type OutcomeConstraint,
  type StudyDefinition,
} from "../trial/index.ts";

/** Every objective of a study, the main one first. */
export function objectivesOf({
  objective,
  otherObjectives = [],
}: Pick<StudyDefinition, "objective" | "otherObjectives">): readonly [Objective, ...Objective[]] {
  return [objective, ...otherObjectives];
}

/** The metrics that decide what a trial is worth. */
export function measuredMetrics(definition: StudyDefinition): readonly string[] {
  const constraints = definition.outcomeConstraints ?? [];
  return [...new Set([...objectivesOf(definition), ...constraints].map(({ metric }) => metric))];
}

/** What a trial's curves, by metric, say of the study's objectives and constraints. */
export function measure(
  definition: StudyDefinition,
  curves: ReadonlyMap<string, readonly CurvePoint[]>,
): Measurement {
  const valueOf = (objective: Pick<Objective, "metric" | "direction" | "reduce">) =>
    reduceCurve(curves.get(objective.metric) ?? [], objective);
  return {
    objectiveValue: valueOf(definition.objective),
    otherValues: (definition.otherObjectives ?? []).map(valueOf),
    violations: (definition.outcomeConstraints ?? []).map((constraint) =>
      violationOf(constraint, valueOf({ ...constraint, direction: worstDirection(constraint) })),
    ),
  };
}

/** The best of a curve is the value that is furthest inside the bound. */
function worstDirection({ max }: OutcomeConstraint): Objective["direction"] {
  return max === undefined ? "maximize" : "minimize";
}

/** By how much a value is beyond its bound; negative when inside, null for no value. */
export function violationOf({ min, max }: OutcomeConstraint, value: number | null): number | null {
  if (value === null) return null;
  return Math.max(
    min === undefined ? Number.NEGATIVE_INFINITY : min - value,
    max === undefined ? Number.NEGATIVE_INFINITY : value - max,
  );
}

/** Smaller is better: what samplers and schedulers reckon in. */
export function lossOf(value: number, { direction }: Pick<Objective, "direction">): number {
  return direction === "minimize" ? value : -value;
}

import { TunesmithError } from "../../base/index.ts";
import type { TrialOutcome } from "../storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../trial/index.ts";
import { objectivesOf, violationOf } from "./measure.ts";

/** The answer to a trial that was asked for. */
export type Told =
  /** The objective's value, or one per objective. */
  | number
  | readonly number[]
  | {
      readonly values: readonly number[];
      /** What the outcome constraints bound, one value per constraint. */
      readonly constrained?: readonly number[];
    }
  /** It has no value, for this reason. */
  | { readonly failed: string };

/** @throws INVALID_TRANSITION, INVALID_USAGE */
export function outcomeOf(trial: TrialRecord, told: Told, definition: StudyDefinition): TrialOutcome {
  if (trial.state !== "running") {
    throw new TunesmithError("INVALID_TRANSITION", {
      message: `trial ${trial.number}: only a trial that was asked for and not told yet takes an answer, got one that is ${trial.state}.`,
      hint: "Ask for a trial, and tell each once.",
      facts: { number: trial.number, state: trial.state },
    });
  }
  if (typeof told === "object" && "failed" in told)
    return { state: "failed", reason: { kind: "error", message: told.failed }, result: null };
  const { values, constrained = [] } = spelledOut(told);
  const constraints = definition.outcomeConstraints ?? [];
  checkValues(trial, values, { what: "value per objective", count: objectivesOf(definition).length });
  checkValues(trial, constrained, { what: "value per outcome constraint", count: constraints.length });
  const [objectiveValue, ...otherValues] = values;
  const violations = constraints.map((constraint, index) => violationOf(constraint, constrained[index]!));
  return { state: "completed", objectiveValue: objectiveValue!, otherValues, violations, result: null };
}

function spelledOut(told: Exclude<Told, { readonly failed: string }>): {
  readonly values: readonly number[];
  readonly constrained?: readonly number[];
} {
  if (typeof told === "number") return { values: [told] };
  return isList(told) ? { values: told } : told;
}

const isList = (told: object): told is readonly number[] => Array.isArray(told);

function checkValues(
  { number }: TrialRecord,
  values: readonly number[],
  { what, count }: { readonly what: string; readonly count: number },
): void {
  if (values.length === count && values.every((value) => Number.isFinite(value))) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `trial ${number}: expected one finite ${what} (${count}), got ${JSON.stringify(values.map(String))}.`,
    hint: "Tell { failed: reason } of a trial that has no value.",
    facts: { number },
  });
}

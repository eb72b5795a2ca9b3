/** How a study searches, in words: what `run`, `show` and `extend` print of a definition. */
import {
  constraintText,
  describeDistribution,
  type Allowed,
  type Condition,
  type SearchParameter,
} from "../../../search/space/index.ts";
import type {
  EndRules,
  LabelRule,
  Objective,
  OutcomeConstraint,
  PriorTrial,
  ReplicateChoice,
  SamplerChoice,
  StudyDefinition,
} from "../../../search/trial/index.ts";
import { formatNumber, formatValue } from "../output/number.ts";

export type Field = readonly [name: string, value: string];

/** What is searched for and by which rules, without the space. */
export function searchFields(definition: StudyDefinition): readonly Field[] {
  const { sampler, scheduler, seed, objective, otherObjectives = [], outcomeConstraints = [] } = definition;
  const { replicates, initial = [], prior = [], duplicates, ordered, endWhen, labels } = definition;
  return [
    ["search", `${choiceText(sampler)}, seed ${seed}`],
    ...(scheduler === undefined ? [] : [["scheduler", choiceText(scheduler)] as const]),
    ["objective", objectiveText(objective)],
    ...otherObjectives.map((one) => ["and", objectiveText(one)] as const),
    ...outcomeConstraints.map((one) => ["outcome", outcomeText(one)] as const),
    ...(replicates === undefined ? [] : [["replicates", replicatesText(replicates)] as const]),
    ...(initial.length === 0 ? [] : [["tried first", countText(initial.length, "configuration")] as const]),
    ...(prior.length === 0 ? [] : [["learns from", priorText(prior)] as const]),
    ...(duplicates === undefined ? [] : [["duplicates", duplicates] as const]),
    ...(ordered === undefined ? [] : [["ordered", orderText(ordered)] as const]),
    ...(labels === undefined ? [] : [["labels", labels.map(labelText).join(", ")] as const]),
    ...(endWhen === undefined ? [] : [["ends early", endText(endWhen, objective)] as const]),
  ];
}

/** The parameters, constraints and derived values of a space. */
export function spaceFields({
  parameters,
  constraints = [],
  derived = [],
}: StudyDefinition["space"]): readonly Field[] {
  return [
    ...parameters.map((parameter) => [parameter.name, parameterText(parameter)] as const),
    ...constraints.map((one) => ["constraint", constraintText(one)] as const),
    ...derived.map(({ name, value }) => [name, `= ${value}`] as const),
  ];
}

/** `asha (eta 3, mode promote)` */
export function choiceText({ name, options }: SamplerChoice): string {
  const given = Object.entries(options).map(([option, value]) => `${option} ${formatValue(value)}`);
  return given.length === 0 ? name : `${name} (${given.join(", ")})`;
}

export function parameterText({ distribution, when }: SearchParameter): string {
  const values = describeDistribution(distribution, formatValue);
  if (when === undefined) return values;
  return `${values}; when ${conditionText(when)}`;
}

/** `big when model.hidden is [512]` */
export function labelText({ label, when }: LabelRule): string {
  return when === undefined ? label : `${label} when ${conditionText(when)}`;
}

function conditionText(when: Condition): string {
  return Object.entries(when)
    .map(([name, allowed]) => `${name} is ${allowedText(allowed)}`)
    .join(" and ");
}

function allowedText(allowed: Allowed): string {
  if (Array.isArray(allowed)) return allowed.map(formatValue).join(" or ");
  const { min, max } = allowed as { readonly min?: number; readonly max?: number };
  return boundsText(min, max);
}

function boundsText(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `at most ${formatValue(max)}`;
  return max === undefined ? `at least ${formatValue(min)}` : `${formatValue(min)} to ${formatValue(max)}`;
}

function objectiveText({ direction, metric, reduce }: Objective): string {
  return `${direction} ${metric} (${reduce})`;
}

export function outcomeText({ metric, min, max, reduce }: OutcomeConstraint): string {
  return `${metric} ${boundsText(min, max)} (${reduce})`;
}

function replicatesText({ count, over, racing }: ReplicateChoice): string {
  const by = over === "seed" ? "each with another seed" : "each with another fold";
  const race = racing ? ", fewer where it is clearly worse" : "";
  return `${count} trainings of each configuration, ${by}${race}`;
}

function priorText(prior: readonly PriorTrial[]): string {
  const sources = Map.groupBy(prior, ({ source }) => source);
  return [...sources]
    .map(([source, results]) => `${countText(results.length, "result")} of ${source}`)
    .join(", ");
}

function orderText(ordered: number): string {
  return `each proposal follows from the results of trials ${ordered} back and earlier`;
}

export function endText(
  { target, noImprovement, expectedImprovement }: EndRules,
  { metric }: Objective,
): string {
  return [
    ...(target === undefined ? [] : [`at ${metric} ${formatNumber(target)}`]),
    ...(noImprovement === undefined ? [] : [`after ${noImprovement} finished trials without an improvement`]),
    ...(expectedImprovement === undefined
      ? []
      : [`where less than ${formatNumber(expectedImprovement)} of improvement is expected`]),
  ].join("; ");
}

/** `1 trial`, `2 trials` */
export function countText(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

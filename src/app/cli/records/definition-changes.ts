/** What differs between two definitions of one study, in words. */
import { constraintText, type SearchSpace } from "../../../search/space/index.ts";
import type { SchedulerChoice, StudyDefinition } from "../../../search/trial/index.ts";
import { choiceText, endText, labelText, parameterText } from "./search-text.ts";

/** One sentence for each thing that changed; empty when nothing did. */
export function definitionChanges(before: StudyDefinition, after: StudyDefinition): readonly string[] {
  return [
    ...changed("trials", String(before.maxTrials), String(after.maxTrials)),
    ...changed("search", choiceText(before.sampler), choiceText(after.sampler)),
    ...changed("scheduler", schedulerText(before.scheduler), schedulerText(after.scheduler)),
    ...changed("labels", labelsOf(before), labelsOf(after)),
    ...changed("ends early", endOf(before), endOf(after)),
    ...spaceChanges(before.space, after.space),
  ];
}

function spaceChanges(before: SearchSpace, after: SearchSpace): readonly string[] {
  const texts = (space: SearchSpace) =>
    new Map(space.parameters.map((one) => [one.name, parameterText(one)]));
  const [old, fresh] = [texts(before), texts(after)];
  const parameters = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) =>
    changed(name, old.get(name) ?? "not searched", fresh.get(name) ?? "not searched"),
  );
  const rules = (space: SearchSpace) => [
    ...(space.constraints ?? []).map(constraintText),
    ...(space.derived ?? []).map(({ name, value }) => `${name} = ${value}`),
  ];
  const [oldRules, freshRules] = [rules(before), rules(after)];
  return [
    ...parameters,
    ...oldRules.filter((rule) => !freshRules.includes(rule)).map((rule) => `no longer ${rule}`),
    ...freshRules.filter((rule) => !oldRules.includes(rule)).map((rule) => `now ${rule}`),
  ];
}

function changed(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what}: ${before} → ${after}`];
}

function schedulerText(scheduler: SchedulerChoice | undefined): string {
  return scheduler === undefined ? "none" : choiceText(scheduler);
}

function labelsOf({ labels = [] }: StudyDefinition): string {
  return labels.length === 0 ? "none" : labels.map(labelText).join(", ");
}

function endOf({ endWhen, objective }: StudyDefinition): string {
  return endWhen === undefined ? "never" : endText(endWhen, objective);
}

/** Why a trial was proposed, in words and in the objective's own units. */
import type { StudyDefinition, TrialOrigin, TrialRecord, Why } from "../../../search/trial/index.ts";
import { formatNumber } from "../output/number.ts";
import { countText, type Field } from "./search-text.ts";

/** Empty for trials of stores from before origins were recorded. */
export function originFields(
  { number, origin }: Pick<TrialRecord, "number" | "origin">,
  { objective }: Pick<StudyDefinition, "objective">,
): readonly Field[] {
  if (origin === null) return [];
  const { why, configuration, parent } = origin;
  const { prediction, acquisition } = why ?? {};
  const repeats =
    configuration === number || why?.kind === "replicating"
      ? []
      : [["repeats", `the configuration of trial #${configuration}`] as const];
  return [
    ["proposed", proposalText(origin)],
    ...(prediction === undefined
      ? []
      : [["expected", `${objective.metric} ${predictionText(prediction, objective)}`] as const]),
    ...(acquisition === undefined
      ? []
      : [["acquisition", `${acquisition.name} ${formatNumber(acquisition.value)}`] as const]),
    ["had seen", seenText(origin.seen)],
    ...repeats,
    ...(parent === undefined
      ? []
      : [["inherits", `the weights of trial #${parent.number} after step ${parent.step}`] as const]),
  ];
}

/** `by tpe, exploiting: the best of 32 draws from where good trials are dense` */
function proposalText({ by, sampler, why }: TrialOrigin): string {
  if (by === "given") return "given by a person";
  const who = sampler === null ? "by the study" : `by ${sampler}`;
  return why === null ? who : `${who}, ${why.kind}: ${why.message}`;
}

/** The loss that a model expected, as a value of the objective: `0.91 ± 0.02`. */
function predictionText(
  { mean, deviation }: NonNullable<Why["prediction"]>,
  { direction }: StudyDefinition["objective"],
): string {
  return spreadText(direction === "maximize" ? -mean : mean, deviation);
}

/** `0.91 ± 0.02` */
export function spreadText(mean: number, deviation: number): string {
  return `${formatNumber(mean)} ± ${formatNumber(Number(deviation.toPrecision(2)))}`;
}

function seenText({ finished, pending, upTo }: TrialOrigin["seen"]): string {
  if (upTo !== undefined && upTo < 0) return "no results, whatever had finished by then";
  const results =
    upTo === undefined ? countText(finished, "finished trial") : `the results up to trial #${upTo}`;
  return pending === 0 ? results : `${results}, and ${pending} under way`;
}

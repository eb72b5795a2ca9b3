import { splitDataset, dataSchema, describeDataset } from "../../../learning/data/index.ts";
import type { Study, BestTrial, StudyProgress } from "../../../search/study/index.ts";
import type { StudyDefinition } from "../../../search/trial/index.ts";
import { formatNumber } from "../output/number.ts";

/** `running`: a worker holds a trial; `finished`: no trial is left; else `unfinished`. */
export function studyState(progress: StudyProgress): "finished" | "running" | "unfinished" {
  if (progress.isFinished) return "finished";
  return progress.running > 0 ? "running" : "unfinished";
}

/** The best trial with its interval, from the number of examples that its metric was measured on. */
export async function findBest(study: Study): Promise<BestTrial | null> {
  const examples = await measuredExamples(study.record.definition);
  return study.best(examples === undefined ? {} : { examples });
}

/** How many examples the objective's split holds; undefined when trials differ in it or nothing is known. */
async function measuredExamples({
  objective,
  baseDocument,
  space,
}: StudyDefinition): Promise<number | undefined> {
  const split = objective.metric.split("/")[0];
  if (split !== "train" && split !== "validation") return undefined;
  if (space.parameters.some(({ name }) => name.startsWith("data."))) return undefined;
  const data = dataSchema.safeParse((baseDocument as { readonly data?: unknown }).data);
  if (!data.success) return undefined;
  const { name, facts } = await describeDataset(data.data.dataset);
  if (facts === null) return undefined;
  const { exampleCount, task, shape } = facts;
  const nothing = new Uint8Array(0);
  const examples = { count: exampleCount, shape, features: nothing, labels: nothing };
  return splitDataset({ name, task, shape, examples }, data.data)[split].indices.length;
}

/** `#2 0.8344 (95 % interval 0.819 to 0.848; not told apart from #0, #1)` */
export function describeBest({ trial, interval, tiedWith }: BestTrial): string {
  const facts = [
    ...(interval === null
      ? []
      : [`95 % interval ${formatNumber(interval[0])} to ${formatNumber(interval[1])}`]),
    ...(tiedWith.length === 0 ? [] : [`cannot be told apart from ${listTrials(tiedWith)}`]),
  ];
  const value = trial.objectiveValue === null ? "" : ` ${formatNumber(trial.objectiveValue)}`;
  return `#${trial.number}${value}${facts.length === 0 ? "" : ` (${facts.join("; ")})`}`;
}

function listTrials(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).map((number) => `#${number}`);
  return numbers.length > shown.length
    ? `${shown.join(", ")} and ${numbers.length - shown.length} more`
    : shown.join(", ");
}

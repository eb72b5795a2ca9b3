import type { Study, BestTrial, StudyProgress } from "../../../search/study/index.ts";
import { formatNumber } from "../output/number.ts";
import { spreadText } from "./origin-text.ts";

/** `running`: a worker holds a trial; `finished`: no trial is left; else `unfinished`. */
export function studyState(progress: StudyProgress): "finished" | "running" | "unfinished" {
  if (progress.isFinished) return "finished";
  return progress.running > 0 ? "running" : "unfinished";
}

/** `running: 20 trials, 3 completed, 1 stopped, 2 running` */
export function stateText(progress: StudyProgress): string {
  const counts = (["completed", "stopped", "failed", "running", "paused", "waiting"] as const)
    .filter((one) => progress[one] > 0)
    .map((one) => `${progress[one]} ${one}`);
  return `${studyState(progress)}: ${[`${progress.total} trials`, ...counts].join(", ")}`;
}

/** The best trial with its interval, from the number of examples that its metric was measured on. */
export async function findBest(study: Study): Promise<BestTrial | null> {
  const best = await study.best();
  const split = study.record.definition.objective.metric.split("/")[0]!;
  const examples = best?.trial.result?.examples?.[split];
  return examples === undefined ? best : study.best({ examples });
}

/** `#2 0.8344 (95 % interval 0.819 to 0.848; not told apart from #0, #1)`, or `#2 0.83 ± 0.01 over 3 trainings` */
export function describeBest({ trial, interval, tiedWith, replicates }: BestTrial): string {
  const facts = [
    ...(interval === null
      ? []
      : [`95 % interval ${formatNumber(interval[0])} to ${formatNumber(interval[1])}`]),
    ...(tiedWith.length === 0 ? [] : [`cannot be told apart from ${listTrials(tiedWith)}`]),
  ];
  const single = trial.objectiveValue === null ? "" : ` ${formatNumber(trial.objectiveValue)}`;
  const value =
    replicates === null
      ? single
      : ` ${spreadText(replicates.mean, replicates.deviation)} over ${replicates.count} trainings`;
  return `#${trial.number}${value}${facts.length === 0 ? "" : ` (${facts.join("; ")})`}`;
}

function listTrials(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).map((number) => `#${number}`);
  return numbers.length > shown.length
    ? `${shown.join(", ")} and ${numbers.length - shown.length} more`
    : shown.join(", ");
}

/** The log of a coarse-to-fine search: what each stage was, what was dropped and narrowed after it, and why. */
import { stageLog, type StageReport } from "../../../search/samplers/index.ts";
import type { OpenedStudy } from "./open-study.ts";
import { countText } from "./search-text.ts";

/** Null for a study of another method, and where repeats share their configuration's place in a stage. */
export async function readStages({ study }: OpenedStudy): Promise<readonly StageReport[] | null> {
  const { sampler, space, maxTrials, replicates } = study.record.definition;
  if (sampler.name !== "coarse-to-fine" || replicates !== undefined) return null;
  return stageLog(space, await study.evaluations(), { options: sampler.options, maxTrials });
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

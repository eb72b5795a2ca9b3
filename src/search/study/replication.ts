/** Which configuration is to be trained once more, when a study repeats its trainings. */
import { isClearlyWorse, pooledVariance } from "../schedulers/index.ts";
import { isFinished, type StudyDefinition, type TrialRecord } from "../trial/index.ts";
import { lossOf } from "./measure.ts";

/** The number of the first trial of the first configuration that lacks a replicate; null for none. */
export function nextReplicate(
  { replicates, objective }: Pick<StudyDefinition, "replicates" | "objective">,
  book: { groups(): readonly (readonly TrialRecord[])[] },
): number | null {
  if (replicates === undefined) return null;
  const groups = book.groups();
  const losses = groups.map((trials) => lossesByReplicate(trials, objective));
  const wanted = groups.findIndex((trials, index) => {
    if (trials.length >= replicates.count || trials.some(({ state }) => state === "failed")) return false;
    if (!replicates.racing) return true;
    // What runs may settle whether another is worth it.
    if (!trials.every(({ state }) => isFinished(state))) return false;
    return !isBeaten(losses[index]!, losses);
  });
  return wanted === -1 ? null : groups[wanted]![0]!.number;
}

type Losses = readonly (number | undefined)[];

/** [replicate], undefined where there is no result. */
function lossesByReplicate(trials: readonly TrialRecord[], objective: StudyDefinition["objective"]): Losses {
  const losses: (number | undefined)[] = [];
  for (const { objectiveValue, state, origin } of trials) {
    if (state === "completed" && objectiveValue !== null)
      losses[origin?.replicate ?? 0] = lossOf(objectiveValue, objective);
  }
  return losses;
}

function isBeaten(candidate: Losses, all: readonly Losses[]): boolean {
  const best = all.reduce((a, b) => (meanOf(b) < meanOf(a) ? b : a));
  if (best === candidate) return false;
  const shared = candidate.flatMap((loss, replicate) => {
    const other = best[replicate];
    return loss === undefined || other === undefined ? [] : [{ loss, other }];
  });
  return isClearlyWorse(
    shared.map(({ loss }) => loss),
    shared.map(({ other }) => other),
    { pooledVariance: pooledVariance(all.map(present)) },
  );
}

const present = (losses: Losses) => losses.filter((loss) => loss !== undefined);

function meanOf(losses: Losses): number {
  const values = present(losses);
  return values.length === 0 ? Infinity : values.reduce((sum, one) => sum + one, 0) / values.length;
}

import type { Lease, Measurement, Storage } from "../storage/index.ts";
import { succeedCurve, type Observation, type StudyDefinition } from "../trial/index.ts";
import { measure, measuredMetrics } from "./measure.ts";

/** What a running trial is worth by its stored curves and by what is reported last. */
export async function measureTrial(
  { trialId, attempt }: Lease,
  {
    definition,
    storage,
    observations,
  }: {
    readonly definition: StudyDefinition;
    readonly storage: Pick<Storage, "listObservations">;
    readonly observations: readonly Observation[];
  },
): Promise<Measurement> {
  const curves = new Map<string, readonly Observation[]>();
  for (const metric of measuredMetrics(definition)) {
    const stored = await storage.listObservations(trialId, metric);
    const added = observations.filter((one) => one.metric === metric);
    curves.set(metric, succeedCurve(stored, added, attempt));
  }
  return measure(definition, curves);
}

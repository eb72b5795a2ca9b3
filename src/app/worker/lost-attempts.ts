import type { Storage } from "../../search/storage/index.ts";
import type { TrialReason, TrialRecord } from "../../search/trial/index.ts";

/** A trial that took its worker down so many times is not tried again. */
const maxLostAttempts = 3;

/** Why the trial has failed before it is run; undefined when it is to be run. */
export async function lostTooOften(
  { id, attempt }: Pick<TrialRecord, "id" | "attempt">,
  storage: Pick<Storage, "listAttempts">,
): Promise<TrialReason | undefined> {
  if (attempt <= maxLostAttempts) return undefined;
  const attempts = await storage.listAttempts(id);
  const lost = attempts.filter(({ reason }) => reason?.kind === "lost").length;
  if (lost < maxLostAttempts) return undefined;
  return { kind: "lost", message: `its worker was lost ${lost} times while running this trial.` };
}

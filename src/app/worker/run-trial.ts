/** One claimed trial, from its document to the end of its attempt in the store. Where learning meets search. */
import { TunesmithError } from "../../base/index.ts";
import type { TrialReason, TrialRecord } from "../../search/trial/index.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import { keepLease } from "./heartbeat.ts";
import { Interruption, stopRequested } from "./interruption.ts";
import { TrialAttempt } from "./trial-attempt.ts";
import type { TrialContext } from "./trial-context.ts";

/** What a killed machine can lose of one trial. */
const checkpointIntervalMs = 30_000;

/** Runs the trial until it ends, is paused or handed back, or turns out to belong to another attempt. */
export async function runTrial(trial: TrialRecord, context: TrialContext): Promise<AttemptOutcome> {
  const lease = { trialId: trial.id, attempt: trial.attempt };
  const interruption = new Interruption();
  const { study, leaseMs } = context;
  const endHeartbeat = keepLease({ study, lease, leaseMs, onLost: (error) => interruption.end(error) });
  const saving = setInterval(() => interruption.saveCheckpoint(), checkpointIntervalMs);
  const onStop = () => interruption.end(stopRequested);
  if (context.stop.aborted) onStop();
  else context.stop.addEventListener("abort", onStop, { once: true });
  try {
    return await new TrialAttempt(trial, context, interruption).run();
  } catch (error) {
    if (isLeaseLost(error)) return "dropped";
    const reason = failureOf(error);
    if (reason === undefined) throw error;
    return await context.study
      .fail(lease, { reason })
      .then(() => context.checkpoints.remove(trial.number))
      .then((): AttemptOutcome => "failed")
      .catch((failure: unknown) => {
        if (isLeaseLost(failure)) return "dropped";
        throw failure;
      });
  } finally {
    endHeartbeat();
    clearInterval(saving);
    context.stop.removeEventListener("abort", onStop);
  }
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof TunesmithError && error.code === "LEASE_LOST";
}

/** How an exception is recorded on the trial; undefined when the store itself failed, which is not the trial's fault. */
function failureOf(error: unknown): TrialReason | undefined {
  if (error instanceof TunesmithError && error.code.startsWith("STORE_")) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  const isOutOfMemory = error instanceof RangeError && /allocation failed|out of memory/i.test(message);
  return { kind: isOutOfMemory ? "out-of-memory" : "error", message };
}

/** How an attempt left its trial. dropped: another attempt owns the trial now. */
export type AttemptOutcome = "completed" | "failed" | "stopped" | "paused" | "handed-back" | "dropped";

/** Whether a trial that was left so has reached its end. */
export function isEnd(outcome: AttemptOutcome): boolean {
  return outcome === "completed" || outcome === "failed" || outcome === "stopped";
}

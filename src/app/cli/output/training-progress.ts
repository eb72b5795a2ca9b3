import type { CliContext } from "../context.ts";
import { formatDuration } from "./duration.ts";

export interface TrainingProgress {
  readonly onEpoch: (record: { readonly epoch: number }) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/**
 * One line on a terminal that says how far a training is and how long it will take at most; elsewhere nothing.
 *
 * @param now milliseconds that only go forward
 */
export function trainingProgress(
  { process: { stderr }, isQuiet }: Pick<CliContext, "process" | "isQuiet">,
  epochs: number,
  now: () => number = () => performance.now(),
): TrainingProgress {
  if (!stderr.isTTY || isQuiet) return { onEpoch: () => undefined, end: () => undefined };
  const startedAt = now();
  return {
    onEpoch: ({ epoch }) => {
      const leftMs = ((now() - startedAt) / epoch) * (epochs - epoch);
      stderr.write(
        `\rtraining again: epoch ${epoch}/${epochs}, about ${formatDuration(leftMs)} to go\u001B[K`,
      );
    },
    end: () => void stderr.write("\r\u001B[K"),
  };
}

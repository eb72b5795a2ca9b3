/** A loop of multiply-adds and nothing else, which shows the most that one core can do. */
export interface PeakLoop {
  readonly operationsPerIteration: number;
  run(iterations: number): void;
}

/** PEAK_CHAINS in kernels/peak.c. */
const peakChains = 12;

/** @param vectorFloats width of the instruction set's vectors */
export function peakLoop(vectorFloats: number, run: (iterations: number) => void): PeakLoop {
  return { operationsPerIteration: peakChains * vectorFloats * 2, run };
}

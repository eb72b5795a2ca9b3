import { TunesmithError } from "../../../base/index.ts";
import type { PeakLoop, Runtime } from "../../../learning/runtime/index.ts";
import { summarizeRounds, timeOnce } from "./time-rounds.ts";

/** About this long for one round: far above the clock's resolution, far below a scheduler's patience. */
const roundMs = 20;
const rounds = 15;

/** Multiply-add peak of one core, in 10^9 floating-point operations per second. */
export class PeakMeter {
  readonly #loop: PeakLoop;
  readonly #iterations: number;
  readonly #milliseconds: number[] = [];

  /** @throws INVALID_USAGE for a back end without a peak. */
  constructor(runtime: Runtime) {
    if (runtime.peak === undefined) {
      throw new TunesmithError("INVALID_USAGE", {
        message: `bench: the back end \`${runtime.backend}\` has no multiply-add peak.`,
        hint: "Measure `native` or `wasm`.",
      });
    }
    const loop = runtime.peak;
    this.#loop = loop;
    loop.run(10_000);
    const probe = 200_000;
    this.#iterations = Math.ceil((roundMs / timeOnce(() => loop.run(probe))) * probe);
  }

  /** One round. Taken between the rounds of what is compared with the peak, so that both meet the same weather. */
  sample(): void {
    this.#milliseconds.push(timeOnce(() => this.#loop.run(this.#iterations)));
  }

  get gflops(): number {
    const operations = this.#iterations * this.#loop.operationsPerIteration;
    return operations / summarizeRounds(this.#milliseconds).medianMs / 1e6;
  }
}

export function measurePeak(runtime: Runtime): number {
  const meter = new PeakMeter(runtime);
  for (let round = 0; round < rounds; round++) meter.sample();
  return meter.gflops;
}

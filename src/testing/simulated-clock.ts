import type { Clock } from "../base/index.ts";

/** A clock that moves only when told to: hours of leases and schedules pass in a test of milliseconds. */
export class SimulatedClock implements Clock {
  #now: number;
  #elapsed = 0;

  /** @param start milliseconds since the Unix epoch. Defaults to 1,000,000, so that a forgotten time of 0 stands out. */
  constructor(start = 1_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  advance(ms: number): void {
    this.#now += ms;
    this.#elapsed += ms;
  }

  /** Somebody sets the clock, forward or back: no time passes. */
  set(ms: number): void {
    this.#now += ms;
  }
}

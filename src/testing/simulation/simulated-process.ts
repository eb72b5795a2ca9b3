import type { Clock } from "../../base/index.ts";
import { SimulatedClock } from "../simulated-clock.ts";
import type { Timeline } from "./timeline.ts";

/**
 * A process on a machine of its own. It can be killed, stopped for a while (what reaches it meanwhile it finds when it is
 * woken), sent to sleep together with its machine, and have its clock set; it learns of none of these.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly #timeline: Timeline;
  readonly #wall: SimulatedClock;
  /** Its machine's time is the true time, less what it slept. */
  #sleptMs = 0;
  #asleepSince: number | null = null;
  #state: "running" | "stopped" | "dead" = "running";
  #backlog: (() => void)[] = [];
  /** Since when, in true time, nothing has kept it from working. */
  #undisturbedSince: number;
  #lookedAt: number;

  /** @param skewMs how far its clock is from the true time */
  constructor(name: string, timeline: Timeline, skewMs: number) {
    this.name = name;
    this.#timeline = timeline;
    this.#wall = new SimulatedClock(1_700_000_000_000 + skewMs);
    this.#undisturbedSince = timeline.now;
    this.#lookedAt = timeline.now;
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isRunning(): boolean {
    return this.#state === "running";
  }

  /** What it reads as its clock. */
  readonly clock: Clock = {
    now: () => this.#wall.now() + this.#timeline.now,
    elapsed: () => (this.#asleepSince ?? this.#timeline.now) - this.#sleptMs,
  };

  /** Since when it has looked at the leases without a gap longer than that. */
  looked(longestGapMs: number): number {
    if (this.#timeline.now - this.#lookedAt > longestGapMs) this.#undisturbedSince = this.#timeline.now;
    this.#lookedAt = this.#timeline.now;
    return this.#undisturbedSince;
  }

  get steadySince(): number {
    return this.#undisturbedSince;
  }

  /** Something is in its way. */
  disturb(): void {
    this.#undisturbedSince = Number.POSITIVE_INFINITY;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  setClock(byMs: number): void {
    this.#wall.set(byMs);
  }

  /** SIGKILL. */
  kill(): void {
    this.#state = "dead";
    this.#backlog = [];
    this.disturb();
  }

  /** SIGSTOP; with its machine asleep, its time stands still as well. */
  stop({ isMachineAsleep }: { readonly isMachineAsleep: boolean }): void {
    if (this.#state !== "running") return;
    this.#state = "stopped";
    if (isMachineAsleep) this.#asleepSince = this.#timeline.now;
    this.disturb();
  }

  wake(): void {
    if (this.#state !== "stopped") return;
    this.#state = "running";
    if (this.#asleepSince !== null) this.#sleptMs += this.#timeline.now - this.#asleepSince;
    this.#asleepSince = null;
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const action of backlog) this.deliver(action);
  }

  /** Does it now, or when it is woken, or never. */
  deliver(action: () => void): void {
    if (this.#state === "running") action();
    else if (this.#state === "stopped") this.#backlog.push(action);
  }

  /** By its machine's time. */
  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const until = this.clock.elapsed() + ms;
    const ring = () =>
      this.deliver(() => {
        const left = until - this.clock.elapsed();
        if (left <= 0) resolve();
        else this.#timeline.after(left, ring);
      });
    this.#timeline.after(ms, ring);
    return promise;
  }
}

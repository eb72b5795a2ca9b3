import { TunesmithError } from "../../base/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import type { Chance } from "./chance.ts";
import type { CallFault, Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Timeline } from "./timeline.ts";

type Outcome = { readonly answer: unknown } | { readonly error: unknown };
type Call = (...given: unknown[]) => Promise<unknown>;

/** A call as the store carried it out. */
export interface CarriedOut {
  readonly name: keyof Storage;
  readonly given: readonly unknown[];
  readonly outcome: Outcome;
}

interface Waiter {
  readonly mark: number;
  readonly resolve: () => void;
}

/** How long whoever is stopped sleeps, in milliseconds: mostly longer than a lease. */
const stopMs = { shortest: 1000, longest: 15_000 };
const lateMs = { shortest: 100, longest: 6000 };
/** A process that waits for an answer which does not come is told so after this. */
const answerLimitMs = 1500;

/**
 * The way from processes to one store: every call travels there, is carried out at one moment, and its answer travels back.
 * Between any two moments other processes' calls arrive, and at each of them something can go wrong.
 */
export class SimulatedStore {
  readonly #storage: Storage;
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #onCarriedOut: (call: CarriedOut) => Promise<void>;
  readonly #waiters = new Set<Waiter>();
  /** Nobody reaches it. */
  isAway = false;

  constructor(options: {
    readonly storage: Storage;
    readonly timeline: Timeline;
    readonly chance: Chance;
    readonly faults: Faults;
    /** Told of each call that was carried out, before anything else happens. */
    readonly onCarriedOut: (call: CarriedOut) => Promise<void>;
  }) {
    this.#storage = options.storage;
    this.#timeline = options.timeline;
    this.#chance = options.chance;
    this.#faults = options.faults;
    this.#onCarriedOut = options.onCarriedOut;
  }

  /** The store as a process sees it. @param isFaulty false: nothing happens to its calls, unless the store is away */
  reach(process: SimulatedProcess, { isFaulty }: { readonly isFaulty: boolean }): Storage {
    return new Proxy(this.#storage, {
      get: (_, name: keyof Storage) => {
        if (name === "waitForChange") return this.#waiting(process);
        return (...given: unknown[]) => {
          const fault = isFaulty ? this.#faults.ofCall() : undefined;
          return this.#send(process, { name, given, fault });
        };
      },
    });
  }

  #send(
    process: SimulatedProcess,
    call: {
      readonly name: keyof Storage;
      readonly given: readonly unknown[];
      readonly fault: CallFault | undefined;
    },
  ): Promise<unknown> {
    const { name, given, fault } = call;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (fault !== undefined) process.disturb();
    if (fault === "killed before a call") process.kill();
    if (fault === "stopped before a call") this.#stop(process);
    const answer = (outcome: Outcome) => {
      if (fault === "killed before its answer") process.kill();
      if (fault === "stopped before an answer") this.#stop(process);
      const isLost = fault === "answer lost" || fault === "call lost";
      const arrive = () =>
        process.deliver(() => {
          if (isLost) reject(away());
          else if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.answer);
        });
      const ms = isLost ? answerLimitMs : this.#travelMs(fault === "answer late");
      if (ms === 0) arrive();
      else this.#timeline.after(ms, arrive);
    };
    process.deliver(() => {
      if (fault === "call lost") return answer({ answer: undefined });
      this.#timeline.after(this.#travelMs(fault === "call late"), async () => {
        answer(this.isAway ? { error: away() } : await this.#carryOut(name, given));
      });
    });
    return promise;
  }

  async #carryOut(name: keyof Storage, given: readonly unknown[]): Promise<Outcome> {
    let outcome: Outcome;
    try {
      outcome = { answer: await (this.#storage[name] as Call)(...given) };
    } catch (error) {
      outcome = { error };
    }
    await this.#onCarriedOut({ name, given, outcome });
    if (this.#waiters.size > 0) await this.#wakeWaiters();
    return outcome;
  }

  #waiting(process: SimulatedProcess): Storage["waitForChange"] {
    return async (mark, { timeoutMs }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiter = { mark, resolve: () => process.deliver(resolve) };
      this.#waiters.add(waiter);
      await Promise.race([promise, process.sleep(timeoutMs)]);
      this.#waiters.delete(waiter);
    };
  }

  async #wakeWaiters(): Promise<void> {
    const mark = await this.#storage.changeMark();
    for (const waiter of this.#waiters) {
      if (waiter.mark >= mark) continue;
      this.#waiters.delete(waiter);
      this.#timeline.after(this.#travelMs(false), waiter.resolve);
    }
  }

  #stop(process: SimulatedProcess): void {
    process.stop({ isMachineAsleep: false });
    const ms = this.#chance.between(stopMs.shortest, stopMs.longest);
    this.#timeline.after(ms, () => process.wake());
  }

  #travelMs(isLate: boolean): number {
    if (isLate) return this.#chance.between(lateMs.shortest, lateMs.longest);
    // Often at the same moment as another's.
    return this.#chance.happens(0.5) ? 0 : this.#chance.between(1, 4);
  }
}

function away(): TunesmithError {
  return new TunesmithError("STORE_UNUSABLE", {
    message: "store: it must be reachable, got one that is away.",
    isRetryable: true,
  });
}

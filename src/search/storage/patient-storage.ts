/**
 * A storage that waits for its store: while a database is away, a disk is full or a lock is held, calls are made again until they
 * get through, so that whoever works for hours need not know of it.
 *
 * A call that failed may have been carried out all the same, its answer lost. Most calls can be made twice (law of
 * idempotence). Of the others it is first found out: what a claim may have taken is given back, and an attempt that has ended as
 * it should is left so.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { TunesmithError } from "../../base/index.ts";
import type { StudyId } from "../trial/index.ts";
import type { ClaimOptions, Lease, Storage, TrialOutcome } from "./storage.ts";

/** The first pause between two tries; each is twice the one before, up to the longest. */
const firstPauseMs = 100;
/** Less than a lease, so that a living worker renews in time once the store is back. */
const longestPauseMs = 2000;

export interface PatienceOptions {
  /** Aborted: the next failure is final. */
  readonly signal: AbortSignal;
  /** Called when the waiting begins. */
  readonly onAway?: (error: TunesmithError) => void;
  /** Called when the store answers again. */
  readonly onBack?: () => void;
  /** Defaults to the machine's timer. Resolves early when the signal is aborted. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

type Call = (...given: never[]) => Promise<unknown>;

/** Calls that wait by themselves, or are not for the store. */
const asTheyAre: readonly PropertyKey[] = ["waitForChange", "close"];

/** @returns a storage that gives up only on what no waiting mends, or once the signal is aborted */
export function patientStorage(storage: Storage, options: PatienceOptions): Storage {
  const patience = new Patience(options);
  return new Proxy(storage, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== "function") return member;
      const call = (member as Call).bind(target);
      if (asTheyAre.includes(name)) return call;
      const settle = settlements[name as keyof Storage];
      return (...given: never[]) =>
        patience.call(
          () => call(...given),
          async () => settle !== undefined && (await settle(target, ...given)),
        );
    },
  });
}

class Patience {
  readonly #options: PatienceOptions;
  #isAway = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** @param settle finds out whether a call that failed was carried out; true: nothing is left to do */
  async call(make: () => Promise<unknown>, settle: () => Promise<boolean>): Promise<unknown> {
    for (let pauseMs = 0; ; pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, 2 * pauseMs))) {
      try {
        if (pauseMs > 0) {
          await this.#pause(pauseMs);
          if (await settle()) return undefined;
        }
        const answer = await make();
        this.#found();
        return answer;
      } catch (error) {
        const mayPass = error instanceof TunesmithError && error.isRetryable;
        if (!mayPass) this.#found();
        if (!mayPass || this.#options.signal.aborted) throw error;
        this.#missed(error);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal, pause = pauseByTimer } = this.#options;
    await pause(ms, signal);
  }

  #missed(error: TunesmithError): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#options.onAway?.(error);
  }

  #found(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#options.onBack?.();
  }
}

async function pauseByTimer(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

type Settle = (storage: Storage, ...given: never[]) => Promise<boolean>;

const settlements: { readonly [K in keyof Storage]?: Settle } = {
  createTrial: (storage, studyId: StudyId, _: unknown, claim: ClaimOptions) =>
    giveBack(storage, studyId, claim),
  claimWaiting: (storage, studyId: StudyId, claim: ClaimOptions) => giveBack(storage, studyId, claim),
  claimPaused: (storage, studyId: StudyId, _: unknown, claim: ClaimOptions) =>
    giveBack(storage, studyId, claim),
  async finishAttempt(storage, { trialId, attempt }: Lease, outcome: TrialOutcome) {
    const attempts = await storage.listAttempts(trialId);
    const ended = attempts.find((one) => one.attempt === attempt);
    return ended?.outcome === outcome.state && ended.reason?.kind !== "lost";
  },
};

/** A worker that asks for a trial runs none. */
async function giveBack(storage: Storage, studyId: StudyId, { worker, now }: ClaimOptions): Promise<false> {
  await storage.releaseWorker(studyId, worker, now);
  return false;
}

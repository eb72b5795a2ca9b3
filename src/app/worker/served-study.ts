import { systemClock, TunesmithError } from "../../base/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import type { Lease, Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { StudyRecord, TrialRecord } from "../../search/trial/index.ts";
import { isCommandDocument } from "../spec/index.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import { checkCommand } from "./command/check-command.ts";
import { runCommandTrial } from "./command/run-command-trial.ts";
import type { FilePlaces } from "./file-places.ts";
import { keepLease } from "./heartbeat.ts";
import { HistogramFile } from "./histogram-file.ts";
import type { Machine, StudyMeans } from "./machine.ts";
import type { WorkerMessage } from "./messages.ts";
import { runTrial } from "./run-trial.ts";
import type { TrialContext } from "./trial-context.ts";

/** What is wrong with this machine and not with the trial: another worker may be able to run it. */
const otherMachinesAffair: readonly string[] = [
  "CODE_NOT_ALLOWED",
  "DATA_NOT_FOUND",
  "DECODER_UNAVAILABLE",
  "INVALID_DATA",
  "INVALID_STUDY_FILE",
];

export interface ServedStudyOptions {
  readonly storage: Storage;
  readonly machine: Machine;
  readonly places: FilePlaces;
  readonly send: (message: WorkerMessage & { readonly study: string }) => void;
}

/** A study as one worker process serves it. */
export class ServedStudy {
  readonly study: Study;
  readonly #options: ServedStudyOptions;
  readonly #means: StudyMeans;

  private constructor(study: Study, options: ServedStudyOptions, means: StudyMeans) {
    this.study = study;
    this.#options = options;
    this.#means = means;
  }

  /** @throws what `isUnfit` tells from other errors, when this machine cannot run the study */
  static async open({ definition }: StudyRecord, options: ServedStudyOptions): Promise<ServedStudy> {
    const { storage, machine } = options;
    const study = await Study.open({ storage, name: definition.name, clock: systemClock });
    return new ServedStudy(study, options, await machine.meansOf(definition));
  }

  get name(): string {
    return this.study.record.definition.name;
  }

  /**
   * Runs a trial that was claimed until its attempt ends.
   *
   * @throws as `open`, with the trial handed back
   */
  async run(trial: TrialRecord, stop: AbortSignal): Promise<AttemptOutcome> {
    const lease = { trialId: trial.id, attempt: trial.attempt };
    // Data may take longer than a lease. Whoever writes next is told that the lease is lost.
    const endHeartbeat = keepLease({ study: this.study, lease, onLost: () => {} });
    try {
      await this.#checkFit(trial);
    } catch (error) {
      if (isUnfit(error)) await this.#handBack(lease);
      throw error;
    } finally {
      endHeartbeat();
    }
    const context = this.#context(stop);
    const store = this.#options.places.local;
    return isCommandDocument(trial.document)
      ? runCommandTrial(trial, { ...context, store })
      : runTrial(trial, context);
  }

  /** What paused trials that were not let go on have left, and members of a population what nobody inherits. */
  async removeLeftovers(): Promise<void> {
    const { storage, places } = this.#options;
    for (const kind of ["checkpoints", "inherit"] as const) {
      await places.trialFiles(kind, { storage, study: this.study.record }).removeAll();
    }
  }

  async #handBack(lease: Lease): Promise<void> {
    try {
      await this.study.handBack(lease);
    } catch (error) {
      // Another attempt has it already.
      if (!(error instanceof TunesmithError) || error.code !== "LEASE_LOST") throw error;
    }
  }

  /** What the study's own document did not show: a trial may search over its data. */
  async #checkFit({ document }: TrialRecord): Promise<void> {
    if (isCommandDocument(document)) {
      await this.#options.machine.permission.checkCommand(this.name, document);
      return checkCommand(document);
    }
    const parsed = trainingDocumentSchema.safeParse(document);
    // A document that no machine can read is the trial's own failure.
    if (!parsed.success) return undefined;
    try {
      await this.#means.splits.splits(parsed.data.data);
    } catch (error) {
      if (isUnfit(error)) throw error;
    }
    return undefined;
  }

  #context(stop: AbortSignal): TrialContext {
    const { storage, machine, places, send } = this.#options;
    const { study, name } = this;
    const files = { storage, study: study.record };
    return {
      study,
      storage,
      runtime: machine.runtime,
      splits: this.#means.splits,
      checkpoints: places.trialFiles("checkpoints", files),
      weights: places.trialFiles("weights", files),
      inherit: places.trialFiles("inherit", files),
      histograms: (trial) => new HistogramFile(places.local, { study: name, trial }),
      onEpoch: this.#means.onEpoch,
      clock: systemClock,
      stop,
      send: (message) => send({ ...message, study: name }),
    };
  }
}

/** True when another worker may be able to do what this one cannot. */
export function isUnfit(error: unknown): error is TunesmithError {
  return error instanceof TunesmithError && otherMachinesAffair.includes(error.code);
}

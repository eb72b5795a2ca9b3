/**
 * The trainings that come before a document's own, one after the other: each goes on from the weights of the one before.
 * Only the checkpoint between two of them is kept, so that a long line of starts takes no more memory than one.
 */
import { setImmediate } from "node:timers/promises";

import { TunesmithError } from "../../../base/index.ts";
import { isCheckpointOf, openCheckpoint, unusable, type CheckpointOrigin } from "../checkpoint.ts";
import type { TrainingDocument, TrainingStart } from "../document.ts";
import type { EpochRecord } from "../epoch-record.ts";

/** What is needed of a run. */
export interface StartRun {
  readonly epochsDone: number;
  readonly hasBegun: boolean;
  pause(): void;
  resume(): void;
  runEpoch(options: { readonly signal?: AbortSignal | undefined }): Promise<EpochRecord>;
  checkpoint(): Uint8Array<ArrayBuffer>;
}

export interface StartEpochOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called between two epochs. */
  readonly beforeEpoch: () => Promise<void> | undefined;
}

export interface StartTrainingOptions {
  readonly document: TrainingDocument;
  readonly runtime: CheckpointOrigin["runtime"];
  /** Of any of the trainings in the line; goes on from there. */
  readonly checkpoint: Uint8Array | undefined;
  /** @param checkpoint of the document or of the one that it starts from */
  readonly create: (document: TrainingDocument, checkpoint: Uint8Array | undefined) => StartRun;
}

export class StartTraining {
  readonly #line: readonly TrainingStart[];
  readonly #create: StartTrainingOptions["create"];
  #index = 0;
  #epochsDone = 0;
  #run: StartRun | undefined;
  #checkpoint: Uint8Array<ArrayBuffer> | undefined;

  /** @throws INVALID_CHECKPOINT when the checkpoint belongs to none of the line, or to a later epoch than is asked for */
  constructor({ document, runtime, checkpoint, create }: StartTrainingOptions) {
    this.#line = lineOf(document);
    this.#create = create;
    if (checkpoint === undefined) return;
    this.#index = this.#line.findIndex((start) => isCheckpointOf(start.document, checkpoint));
    const start = this.#line[this.#index];
    if (start === undefined) throw unusable("it belongs to another document");
    const { progress } = openCheckpoint(checkpoint, { document: start.document, runtime });
    this.#checkpoint = new Uint8Array(checkpoint);
    this.#epochsDone = progress.history.at(-1)?.epoch ?? start.document.start?.epochs ?? 0;
    if (
      this.#epochsDone > start.epochs ||
      (this.#epochsDone === start.epochs && progress.underWay !== undefined)
    )
      throw unusable(`it is of a later time than the end of epoch ${start.epochs}`);
    if (this.#epochsDone === start.epochs) this.#index += 1;
  }

  get hasBegun(): boolean {
    return this.#checkpoint !== undefined || this.#run?.hasBegun === true;
  }

  get epochsDone(): number {
    return this.#run?.epochsDone ?? this.#epochsDone;
  }

  pause(): void {
    this.#run?.pause();
  }

  resume(): void {
    this.#run?.resume();
  }

  /** Of the training that is under way. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    if (this.#run === undefined && this.#checkpoint !== undefined) return this.#checkpoint;
    return this.#current().checkpoint();
  }

  /**
   * Trains what is left of the line.
   *
   * @returns the last one's checkpoint
   * @throws INVALID_DOCUMENT when one diverges; the signal's reason, after which another call goes on
   */
  async run({ signal, beforeEpoch }: StartEpochOptions): Promise<Uint8Array> {
    for (let start = this.#line[this.#index]; start !== undefined; start = this.#line[this.#index]) {
      const { epochs } = start;
      const run = this.#current();
      while (run.epochsDone < epochs) {
        await setImmediate();
        await beforeEpoch();
        const { divergedAt } = await run.runEpoch({ signal });
        if (divergedAt !== undefined) throw diverged(divergedAt.message, epochs);
      }
      this.#checkpoint = run.checkpoint();
      this.#epochsDone = run.epochsDone;
      this.#run = undefined;
      this.#index += 1;
    }
    return this.#checkpoint!;
  }

  #current(): StartRun {
    return (this.#run ??= this.#create(this.#line[this.#index]!.document, this.#checkpoint));
  }
}

/** What a document starts from, the first training first. */
function lineOf(document: TrainingDocument): TrainingStart[] {
  const line: TrainingStart[] = [];
  for (let { start } = document; start !== undefined; start = start.document.start) line.unshift(start);
  return line;
}

function diverged(message: string, epochs: number): TunesmithError {
  return new TunesmithError("INVALID_DOCUMENT", {
    message: `start: the training must have finite weights after ${epochs} epochs, got one that diverged: ${message}`,
    hint: "Start after an epoch before that, or from another training.",
    facts: { epochs },
  });
}

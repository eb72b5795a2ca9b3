/** One training: from a document and its splits to weights, epoch by epoch. */
import { setImmediate } from "node:timers/promises";

import { canonicalJson, hashBytes, RandomStream, TunesmithError, type Seed } from "../../base/index.ts";
import { compileModel, type CompiledModel } from "../compiler/index.ts";
import type { Split, TrainingSplits } from "../data/index.ts";
import { layersOf } from "../model/index.ts";
import type { PhaseName } from "../plan/index.ts";
import { mostRates, type ExecuteOptions, type Executor, type Runtime } from "../runtime/index.ts";
import { encodeCheckpoint, persistentBuffers, readBuffer, restoreCheckpoint } from "./checkpoint.ts";
import { checkSplits } from "./check-splits.ts";
import type { TrainingDocument } from "./document.ts";
import { isReproducible, type EpochRecord } from "./epoch-record.ts";
import { initializeExecutor } from "./initialize-executor.ts";
import { LearningRates } from "./learning-rates.ts";
import { optimizers } from "./optimizers/index.ts";

export interface TrainingRunOptions {
  readonly document: TrainingDocument;
  readonly splits: TrainingSplits;
  readonly runtime: Runtime;
  /** Goes on from here; must come from the same document. */
  readonly checkpoint?: Uint8Array | undefined;
}

export interface TrainingResult {
  /** SHA-256 over every reproducible metric of every epoch and the final weights. */
  readonly resultHash: string;
  /** What computed it: equal documents give equal hashes where all three are equal. */
  readonly environment: Pick<Runtime, "backend" | "instructionSet" | "build">;
  readonly epochs: number;
}

/** Largest arena: beyond it a machine would swap, and offsets of 32 bits end at four times as much. */
const largestArenaBytes = 8 * 1024 ** 3;

/** Examples per evaluation step; large, since nothing is kept between layers. */
const evaluationBatchSize = 256;

/** How long the event loop may wait for the core. */
const sliceMs = 200;

export class TrainingRun {
  readonly #document: TrainingDocument;
  readonly #splits: TrainingSplits;
  readonly #runtime: Runtime;
  readonly #model: CompiledModel;
  readonly #executor: Executor;
  readonly #history: EpochRecord[] = [];
  readonly #rates: LearningRates;
  /** Measured; the first slice is short in case the model is large. */
  #stepsPerSlice: Record<PhaseName, number> = { train: 8, evaluate: 8, measure: 1 };

  private constructor({ document, splits, runtime, checkpoint }: TrainingRunOptions) {
    this.#document = document;
    this.#splits = splits;
    this.#runtime = runtime;
    checkSplits(splits);
    this.#model = compileDocument(document, splits);
    const { plan } = this.#model;
    this.#rates = new LearningRates({ training: document.training, stepsPerEpoch: this.#stepsPerEpoch });
    this.#executor = runtime.createExecutor(plan, splits.train.examples);
    if (checkpoint === undefined) {
      initializeExecutor(this.#model, this.#executor, {
        seed: document.seed as Seed,
        training: document.training,
        source: sourceOf(splits),
      });
    } else {
      this.#history.push(
        ...restoreCheckpoint(checkpoint, this.#executor, { plan, origin: { document, runtime } }),
      );
    }
  }

  /**
   * @throws SHAPE_MISMATCH, INVALID_DOCUMENT when the document and the data do not fit; INVALID_DATA; INVALID_CHECKPOINT
   */
  static create(options: TrainingRunOptions): TrainingRun {
    return new TrainingRun(options);
  }

  get epochsDone(): number {
    return this.#history.length;
  }

  get isFinished(): boolean {
    return (
      this.epochsDone >= this.#document.training.epochs || this.#history.at(-1)?.divergedAt !== undefined
    );
  }

  /** Of all epochs so far, those before the checkpoint too. */
  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /**
   * Trains one epoch and evaluates on the validation split. Lets the event loop run at least every 200 ms or so.
   *
   * @param options.signal when it aborts, the run is left in the middle of an epoch and cannot go on: what remains is
   *   the last checkpoint that was taken. Rejects with the signal's reason.
   */
  async runEpoch({ signal }: { signal?: AbortSignal } = {}): Promise<EpochRecord> {
    const epoch = this.epochsDone + 1;
    const order = this.#splits.train.indices.slice();
    new RandomStream(this.#document.seed as Seed, "order", epoch).shuffle(order);
    const { steps, seconds } = await this.#execute("train", order, signal);
    const step = (epoch - 1) * this.#stepsPerEpoch + steps;
    const metrics: Record<string, number> = {
      ...this.#takeTotals("train", order.length),
      "train/learning-rate": this.#rates.at(step - 1, this.#history),
      "train/seconds": seconds,
    };
    if (!Number.isFinite(metrics["train/loss"])) {
      const message = `the training loss is ${metrics["train/loss"]} at step ${step} (epoch ${epoch}).`;
      return this.#record({ epoch, metrics, divergedAt: { step, message } });
    }

    Object.assign(metrics, await this.#evaluate("validation", this.#splits.validation, signal));
    if (!Number.isFinite(metrics["validation/loss"])) {
      // The last step made the weights too large; nothing was computed with them in training.
      const message = `the validation loss is ${metrics["validation/loss"]} after step ${step} (epoch ${epoch}).`;
      return this.#record({ epoch, metrics, divergedAt: { step, message } });
    }

    this.#executor.execute("measure", { order, first: 0, end: 0, watchedSlot: -1 });
    Object.assign(metrics, this.#takeMagnitudes(steps));
    return this.#record({ epoch, metrics });
  }

  /** The run between two epochs as a file. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    return encodeCheckpoint(this.#model.plan, this.#executor, {
      origin: { document: this.#document, runtime: this.#runtime },
      history: this.#history,
    });
  }

  finish(): TrainingResult {
    const history = this.#history.map(({ metrics, ...rest }) => ({
      ...rest,
      metrics: Object.entries(metrics)
        .filter(([name]) => isReproducible(name))
        .map(([name, value]) => [name, String(value)]),
    }));
    const weights = persistentBuffers(this.#model.plan)
      .filter(({ region }) => region === "weights")
      .map((buffer) => readBuffer(this.#executor, buffer));
    const { backend, instructionSet, build } = this.#runtime;
    return {
      resultHash: hashBytes(
        canonicalJson(history),
        ...weights.map(
          ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
        ),
      ),
      environment: { backend, instructionSet, build },
      epochs: this.epochsDone,
    };
  }

  get #stepsPerEpoch(): number {
    return Math.ceil(this.#splits.train.indices.length / this.#document.training.batchSize);
  }

  #record(record: EpochRecord): EpochRecord {
    this.#history.push(record);
    return record;
  }

  /** Works through the order in slices, each one call into the core. */
  async #execute(
    phase: PhaseName,
    order: Int32Array,
    signal?: AbortSignal,
  ): Promise<{ steps: number; seconds: number }> {
    const { batchSize } = this.#model.plan.phases[phase];
    const watchedSlot = this.#model.slots.loss!;
    const start = performance.now();
    let steps = 0;
    let first = 0;
    while (first < order.length) {
      signal?.throwIfAborted();
      const sliceStart = performance.now();
      const sliceSteps = Math.min(mostRates, this.#stepsPerSlice[phase]);
      const end = Math.min(order.length, first + sliceSteps * batchSize);
      const rates = phase === "train" ? this.#ratesOf(steps, sliceSteps) : undefined;
      const stepsDone = this.#executor.execute(phase, { order, first, end, watchedSlot, rates });
      steps += stepsDone;
      if (!Number.isFinite(this.#executor.slots[watchedSlot])) break;
      first = end;
      const msPerStep = (performance.now() - sliceStart) / stepsDone;
      this.#stepsPerSlice[phase] = Math.max(1, Math.floor(sliceMs / Math.max(msPerStep, 1e-3)));
      if (first < order.length) await setImmediate();
    }
    return { steps, seconds: (performance.now() - start) / 1000 };
  }

  /** For some steps of the epoch that is under way; undefined when the rate that the slot holds is that of every step. */
  #ratesOf(first: number, count: number): ExecuteOptions["rates"] {
    if (this.#rates.areConstant) return undefined;
    const step = this.epochsDone * this.#stepsPerEpoch + first;
    return {
      slot: this.#model.slots["optimizer/learningRate"]!,
      values: this.#rates.of(step, count, this.#history),
    };
  }

  async #evaluate(name: string, split: Split, signal?: AbortSignal): Promise<Record<string, number>> {
    const { seconds } = await this.#execute("evaluate", split.indices, signal);
    return { ...this.#takeTotals(name, split.indices.length), [`${name}/seconds`]: seconds };
  }

  /** Mean loss and accuracy over so many examples. */
  #takeTotals(name: string, examples: number): Record<string, number> {
    return {
      [`${name}/loss`]: this.#take("loss") / examples,
      [`${name}/accuracy`]: this.#take("correct") / examples,
    };
  }

  /** Mean absolute weight after the epoch and mean absolute gradient over its steps, of each layer's weight matrix. */
  #takeMagnitudes(steps: number): Record<string, number> {
    const metrics: Record<string, number> = {};
    for (const { description } of this.#model.weights) {
      const { role, layer, name, shape } = description;
      if (role !== "weight") continue;
      const count = shape.reduce((product, size) => product * size, 1);
      metrics[`${layer}/weight-mean-absolute`] = this.#take(`${name}/weight`) / count;
      metrics[`${layer}/gradient-mean-absolute`] = this.#take(`${name}/gradient`) / count / steps;
    }
    return metrics;
  }

  /** The value of a slot that kernels add to, which starts again from 0. */
  #take(name: string): number {
    const slot = this.#model.slots[name]!;
    const value = this.#executor.slots[slot]!;
    this.#executor.slots[slot] = 0;
    return value;
  }
}

/** How the data set holds its examples. */
function sourceOf({ train }: TrainingSplits): "bytes" | "floats" {
  return train.examples.features instanceof Uint8Array ? "bytes" : "floats";
}

/** @throws SHAPE_MISMATCH, INVALID_DOCUMENT */
function compileDocument({ model, training }: TrainingDocument, splits: TrainingSplits): CompiledModel {
  const compiled = compileModel({
    layers: layersOf(model, splits.classes),
    inputShape: splits.shape,
    source: sourceOf(splits),
    optimizer: optimizers[training.optimizer].rule(training),
    batchSize: Math.min(training.batchSize, splits.train.indices.length),
    evaluationBatchSize,
  });
  const bytes = compiled.plan.arenaFloats * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > largestArenaBytes) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `model: training it takes ${(bytes / 1024 ** 3).toFixed(1)} GiB, more than the limit of ${largestArenaBytes / 1024 ** 3} GiB.`,
      hint: "Make `model.hidden` narrower or shorter.",
      facts: { bytes },
    });
  }
  return compiled;
}

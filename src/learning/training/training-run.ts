/** One training: from a document and its splits to weights, epoch by epoch. */
import { setImmediate } from "node:timers/promises";

import type { Seed } from "../../base/index.ts";
import type { CompiledModel } from "../compiler/index.ts";
import type { Examples, Split, TrainingSplits } from "../data/index.ts";
import type { ExecuteOptions, Executor, Runtime } from "../runtime/index.ts";
import { BestWeights } from "./best-weights.ts";
import { encodeCheckpoint, isCheckpointOf, restoreCheckpoint, type CheckpointContext } from "./checkpoint.ts";
import { checkOtherExamples, checkSplits } from "./check-splits.ts";
import { batchSourceOf, compileDocument, scalingOf } from "./compile-document.ts";
import type { TrainingDocument } from "./document.ts";
import { takePassMetrics } from "./epoch-metrics.ts";
import { passesOf, startOfEpoch, type EpochPass, type EpochProgress } from "./epoch-progress.ts";
import type { Divergence, EarlyStop, EpochRecord } from "./epoch-record.ts";
import { evaluateExamples, type EvaluationOptions, type TrainedModel } from "./evaluate-examples.ts";
import type { ScaledInputs } from "./export-scaling.ts";
import { Gate } from "./gate.ts";
import { initializeExecutor } from "./initialize-executor.ts";
import { LearningRates } from "./learning-rates.ts";
import { findNonFiniteWeight, locateDivergence, type DivergenceSite } from "./locate-divergence.ts";
import { Measurements } from "./measures/measurements.ts";
import { contentOf, namedBuffers, readTensor } from "./named-tensors.ts";
import { lastStepStart, PassExecution } from "./pass-execution.ts";
import type { Tensor } from "./safetensors.ts";
import { checkStart, inheritWeights, StartTraining } from "./start/index.ts";
import { bestEpochOf, earlyStopOf } from "./stopping.ts";
import { checkSampling, examplesPerEpoch } from "./training-order.ts";
import { predictExamples, type PredictOptions } from "./predict-examples.ts";
import { defaultLoss } from "./losses/index.ts";
import { resultOf, type TrainingResult } from "./training-result.ts";

export interface TrainingRunOptions {
  readonly document: TrainingDocument;
  readonly splits: TrainingSplits;
  readonly runtime: Runtime;
  /**
   * Goes on from here; must come from the same document, or from one that it starts from: then only what is left of that
   * is trained before.
   */
  readonly checkpoint?: Uint8Array | undefined;
}

export interface EpochOptions {
  /**
   * When it aborts, the run stands still between two steps, where `checkpoint` is as good as between two epochs and
   * the next `runEpoch` goes on; the promise rejects with the signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
}

export class TrainingRun {
  readonly #document: TrainingDocument;
  readonly #splits: TrainingSplits;
  readonly #runtime: Runtime;
  readonly #model: CompiledModel;
  readonly #executor: Executor;
  readonly #rates: LearningRates;
  readonly #measurements: Measurements;
  readonly #execution: PassExecution;
  readonly #gate = new Gate();
  readonly #history: EpochRecord[] = [];
  /** What comes before the first epoch, until it is done. */
  #start: StartTraining | undefined;
  /** The epoch that is broken off or under way. */
  #underWay: EpochProgress | undefined;
  #best: BestWeights | undefined;
  /** Why the run ends with the epoch under way. */
  #stopRequest: string | undefined;

  private constructor({ document, splits, runtime, checkpoint }: TrainingRunOptions) {
    this.#document = document;
    this.#splits = splits;
    this.#runtime = runtime;
    checkSplits(splits, document.training);
    checkSampling(document, splits);
    checkStart(document, splits);
    this.#model = compileDocument(document, splits);
    const { training } = document;
    this.#rates = new LearningRates({ training, stepsPerEpoch: this.#stepsPerEpoch });
    // Rules that cannot be followed are reported now and not after an epoch.
    bestEpochOf([], training.stopping);
    this.#rates.at(0, []);
    this.#executor = runtime.createExecutor(this.#model.plan, batchSourceOf(document.data, splits));
    this.#measurements = new Measurements(this.#model, this.#executor, training.measure);
    this.#execution = new PassExecution(this.#model, this.#executor, this.#measurements);
    const isOfStart = document.start !== undefined && !isCheckpointOf(document, checkpoint);
    if (checkpoint === undefined || isOfStart) {
      initializeExecutor(this.#model, this.#executor, {
        seed: document.seed as Seed,
        training,
        scaling: scalingOf(splits),
      });
      if (isOfStart) {
        const create = (of: TrainingDocument, from: Uint8Array | undefined) =>
          new TrainingRun({ document: of, splits, runtime, checkpoint: from });
        this.#start = new StartTraining({ document, runtime, checkpoint, create });
      }
    } else {
      const { history, underWay, best } = restoreCheckpoint(checkpoint, this.#checkpointContext);
      this.#history.push(...history);
      this.#underWay = underWay;
      this.#best = best;
    }
  }

  /**
   * @throws SHAPE_MISMATCH, INVALID_DOCUMENT when the document and the data do not fit; INVALID_DATA; INVALID_CHECKPOINT
   */
  static create(options: TrainingRunOptions): TrainingRun {
    return new TrainingRun(options);
  }

  /** Counted from the very beginning, those of the training that this one starts from among them. */
  get epochsDone(): number {
    return this.#start?.epochsDone ?? (this.#document.start?.epochs ?? 0) + this.#history.length;
  }

  /** False while nothing has been trained. */
  get hasBegun(): boolean {
    return this.#start?.hasBegun ?? (this.epochsDone > 0 || this.#underWay !== undefined);
  }

  get isFinished(): boolean {
    const last = this.#history.at(-1);
    return (
      this.epochsDone >= this.#document.training.epochs ||
      last?.divergedAt !== undefined ||
      last?.stoppedEarly !== undefined ||
      (this.#stopRequest !== undefined && this.#underWay === undefined)
    );
  }

  /** Of all epochs of the document's own, those before the checkpoint too. */
  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /** The best epoch so far by `training.stopping.metric`; undefined while that had no finite value. */
  get bestEpoch(): number | undefined {
    return this.#history.at(-1)?.bestEpoch;
  }

  get isPaused(): boolean {
    return !this.#gate.isOpen;
  }

  /** Stands still before the next slice of at most 200 ms or so, until `resume`. */
  pause(): void {
    this.#gate.close();
    this.#start?.pause();
  }

  resume(): void {
    this.#gate.open();
    this.#start?.resume();
  }

  /**
   * Ends the run with the epoch that is under way, or with the last one. Its result is that of the epochs so far.
   *
   * @param message why, for the record
   */
  stop(message = "it was stopped on request."): void {
    if (this.isFinished) return;
    this.#stopRequest = message;
    const last = this.#history.at(-1);
    if (this.#underWay === undefined && last !== undefined) {
      this.#history[this.#history.length - 1] = { ...last, stoppedEarly: requested(message) };
    }
    this.resume();
  }

  /** The epochs that are left, each when it is done: `for await (const epoch of run)`. */
  [Symbol.asyncIterator](): AsyncGenerator<EpochRecord, void, void> {
    return this.epochs();
  }

  /** As iterating over the run, under a signal. */
  async *epochs(options: EpochOptions = {}): AsyncGenerator<EpochRecord, void, void> {
    while (!this.isFinished) {
      // Short epochs alone never reach the event loop.
      await setImmediate();
      yield await this.runEpoch(options);
    }
  }

  /**
   * Trains one epoch, or the rest of the one that was broken off, and evaluates on the validation split; before the first
   * one what the document starts from. Lets the event loop run at least every 200 ms or so.
   */
  async runEpoch({ signal }: EpochOptions = {}): Promise<EpochRecord> {
    signal?.throwIfAborted();
    if (this.#start !== undefined) await this.#inherit(this.#start, signal);
    const epoch = this.epochsDone + 1;
    const progress = (this.#underWay ??= startOfEpoch());
    this.#executor.slots[this.#model.slots.epoch!] = epoch;
    const passes = passesOf(this.#document, this.#splits, epoch);
    while (progress.pass < passes.length) {
      const pass = passes[progress.pass]!;
      await this.#execution.run(pass, progress, {
        beforeSlice: () => this.#gate.passed(signal),
        rates: (first, count) => this.#ratesOf(first, count),
      });
      const divergence = this.#endPass(pass, progress);
      if (divergence !== undefined) return this.#endEpoch(progress, divergence);
    }
    return this.#endEpoch(progress);
  }

  /** The run as it stands as a file: between two epochs, or between two steps of an epoch that was broken off. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    if (this.#start !== undefined) return this.#start.checkpoint();
    return encodeCheckpoint(this.#checkpointContext, {
      history: this.#history,
      underWay: this.#underWay,
      best: this.#best,
    });
  }

  finish(): TrainingResult {
    return resultOf({
      history: this.#history,
      epochs: this.epochsDone,
      plan: this.#model.plan,
      weights: this.#finalWeights,
      runtime: this.#runtime,
      splits: this.#splits,
    });
  }

  /**
   * The model's weights and running statistics under PyTorch's names and in its layouts: those of the best epoch with
   * `training.restoreBest`, else as they are.
   */
  weights(): Record<string, Tensor> {
    return Object.fromEntries(
      namedBuffers(this.#model)
        .filter(({ buffer }) => buffer.region === "weights")
        .map((named) => [named.name, readTensor(named, this.#finalWeights)]),
    );
  }

  /** What the first layer reads. */
  get inputs(): ScaledInputs {
    const { shape, table } = this.#splits;
    return { shape, scaling: scalingOf(this.#splits), table };
  }

  /**
   * Measures the same weights on examples that took no part in the training, which stays as it is.
   *
   * @throws INVALID_DATA when they are not of the kind that the model was trained on
   */
  async evaluateOn(examples: Examples, options: EvaluationOptions): Promise<Record<string, number>> {
    checkOtherExamples(examples, { where: `${options.name} examples`, splits: this.#splits });
    return evaluateExamples(this.#trained, examples, options);
  }

  /**
   * What the same weights say of examples, one by one: the probability of each class, or the predicted values. The training
   * stays as it is.
   *
   * @returns [indices, outputs], in the order of the indices
   * @throws INVALID_DATA when they are not of the kind that the model was trained on
   */
  async predict(split: Split, options: PredictOptions = {}): Promise<Float32Array<ArrayBuffer>> {
    checkOtherExamples(split.examples, { where: "examples to predict", splits: this.#splits });
    const loss = this.#document.training.loss ?? defaultLoss(this.#splits.task.kind);
    return predictExamples({ ...this.#trained, loss }, split, options);
  }

  get #trained(): TrainedModel {
    const { task } = this.#splits;
    const { model, executor } = this.#checkpointContext;
    return { model, executor, runtime: this.#runtime, weights: this.#finalWeights, task };
  }

  get #finalWeights(): Executor | BestWeights {
    return this.#best ?? this.#executor;
  }

  get #checkpointContext(): CheckpointContext {
    const origin = { document: this.#document, runtime: this.#runtime };
    return { model: this.#model, executor: this.#executor, origin };
  }

  get #stepsPerEpoch(): number {
    return Math.ceil(this.#examplesPerEpoch / this.#model.plan.phases.train.batchSize);
  }

  get #examplesPerEpoch(): number {
    return examplesPerEpoch(this.#document.training, this.#splits.train.indices.length);
  }

  async #inherit(before: StartTraining, signal: AbortSignal | undefined): Promise<void> {
    const file = await before.run({ signal, beforeEpoch: () => this.#gate.passed(signal) });
    const start = this.#document.start!;
    inheritWeights(file, this.#checkpointContext, { start, stepsPerEpoch: this.#stepsPerEpoch });
    this.#start = undefined;
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

  /** Takes a pass's metrics and turns to the next one. @returns set when its loss is not finite */
  #endPass({ name, order, phase }: EpochPass, progress: EpochProgress): Divergence | undefined {
    const { pass, position, steps, seconds, metrics } = progress;
    const measured = { model: this.#model, executor: this.#executor };
    const { task, train } = this.#splits;
    const split = { examples: train.examples, indices: order };
    Object.assign(metrics, takePassMetrics(measured, { name, task, split }));
    metrics[`${name}/seconds`] = seconds;
    const activations = this.#measurements.takeActivations(phase, { split: name, examples: order.length });
    if (name !== "train-evaluated") Object.assign(metrics, activations);
    if (phase === "train") {
      progress.trainSteps = steps;
      metrics["train/learning-rate"] = this.#rates.at(this.#stepsAfter(progress) - 1, this.#history);
    }
    Object.assign(progress, { pass: pass + 1, position: 0, steps: 0, seconds: 0 });
    const loss = metrics[`${name}/loss`]!;
    if (Number.isFinite(loss)) return undefined;
    const { batchSize } = this.#model.plan.phases[phase];
    const last = steps * batchSize;
    const site = locateDivergence({
      ...measured,
      examples: train.examples,
      batch: order.subarray(last - batchSize, Math.min(last, position)),
    });
    // After training the last step made the weights too large; nothing was computed with them in it.
    const what = phase === "train" ? `the training loss is ${loss} at` : `the ${name} loss is ${loss} after`;
    return this.#divergence(what, site, progress);
  }

  #endEpoch(progress: EpochProgress, diverged?: Divergence): EpochRecord {
    const { metrics, trainSteps } = progress;
    let divergedAt = diverged;
    if (divergedAt === undefined) {
      const nothing = new Int32Array(0);
      this.#executor.execute("measure", { order: nothing, first: 0, end: 0, watchedSlot: -1 });
      Object.assign(metrics, this.#measurements.takeWeights(trainSteps));
      // An activation can turn NaN into a number that looks well.
      const site = findNonFiniteWeight(this.#model, this.#executor);
      if (site !== undefined) divergedAt = this.#divergence("the losses are finite after", site, progress);
    }
    const { stopping, epochs, restoreBest } = this.#document.training;
    const epoch = this.epochsDone + 1;
    const plain = { epoch, metrics, ...(divergedAt === undefined ? {} : { divergedAt }) };
    const history = [...this.#history, plain];
    const bestEpoch = bestEpochOf(history, { ...stopping, minimumDelta: 0 });
    const stoppedEarly =
      divergedAt !== undefined || epoch >= epochs
        ? undefined
        : this.#stopRequest === undefined
          ? earlyStopOf(history, stopping)
          : requested(this.#stopRequest);
    const record: EpochRecord = {
      ...plain,
      ...(bestEpoch === undefined ? {} : { bestEpoch }),
      ...(stoppedEarly === undefined ? {} : { stoppedEarly }),
    };
    if (restoreBest && bestEpoch === epoch) this.#keepWeights(epoch);
    this.#history.push(record);
    this.#underWay = undefined;
    const examples = this.#examplesPerEpoch;
    const inLastStep = examples - lastStepStart(examples, this.#model.plan.phases.train.batchSize);
    const histograms = this.#measurements.takeHistograms(inLastStep);
    return histograms === undefined ? record : { ...record, histograms };
  }

  #keepWeights(epoch: number): void {
    const weights = this.#model.plan.buffers.filter(({ region }) => region === "weights");
    this.#best = new BestWeights(
      epoch,
      weights.map((buffer) => [buffer.name, contentOf(buffer, this.#executor).slice()]),
    );
  }

  #divergence(what: string, { layer, message }: DivergenceSite, progress: EpochProgress): Divergence {
    const step = this.#stepsAfter(progress);
    return { step, layer, message: `${what} step ${step} (epoch ${this.epochsDone + 1}); ${message}.` };
  }

  /** Steps of the whole training when the epoch's training pass is over. */
  #stepsAfter({ trainSteps }: EpochProgress): number {
    return this.epochsDone * this.#stepsPerEpoch + trainSteps;
  }
}

function requested(message: string): EarlyStop {
  return { reason: "request", message, isReproducible: false };
}

/** The learning rate of every step of a training: warm-up, then the schedule. */
import type { EpochRecord } from "./epoch-record.ts";
import type { TrainingRecipe } from "./recipe.ts";
import { scheduledRate } from "./schedules/index.ts";

export interface LearningRatesOptions {
  readonly training: Pick<TrainingRecipe, "learningRate" | "epochs" | "schedule">;
  readonly stepsPerEpoch: number;
}

export class LearningRates {
  readonly #training: LearningRatesOptions["training"];
  readonly #stepsPerEpoch: number;
  readonly #warmupSteps: number;

  constructor({ training, stepsPerEpoch }: LearningRatesOptions) {
    this.#training = training;
    this.#stepsPerEpoch = stepsPerEpoch;
    const { warmupSteps, warmupEpochs = 0, warmupFraction = 0 } = training.schedule;
    const total = training.epochs * stepsPerEpoch;
    this.#warmupSteps =
      warmupSteps ?? Math.max(Math.round(warmupEpochs * stepsPerEpoch), Math.round(warmupFraction * total));
  }

  /** True when every step has the document's rate. */
  get areConstant(): boolean {
    return this.#training.schedule.kind === "constant" && this.#warmupSteps === 0;
  }

  /** @param step of the whole training, from 0 @param history of the epochs before the step's */
  at(step: number, history: readonly EpochRecord[]): number {
    const { learningRate, schedule } = this.#training;
    if (step < this.#warmupSteps) {
      const { warmupStart } = schedule;
      return learningRate * (warmupStart + ((1 - warmupStart) * step) / this.#warmupSteps);
    }
    const perUnit = schedule.per === "step" ? 1 : this.#stepsPerEpoch;
    const total = this.#training.epochs * this.#stepsPerEpoch;
    return scheduledRate(schedule, {
      learningRate,
      time: Math.floor((step - this.#warmupSteps) / perUnit),
      length: Math.max(1, Math.ceil((total - this.#warmupSteps) / perUnit)),
      history,
    });
  }

  /** Of `count` steps of one epoch. */
  of(first: number, count: number, history: readonly EpochRecord[]): Float64Array {
    const rates = new Float64Array(count);
    for (let i = 0; i < count; i++) rates[i] = this.at(first + i, history);
    return rates;
  }
}

/** Small compiled networks with their weights as one vector. */
import { RandomStream, toSeed } from "../base/index.ts";
import {
  compileModel,
  passes as allPasses,
  type CompiledModel,
  type CompileOptions,
} from "../learning/compiler/index.ts";
import { layersOf, type ActivationName } from "../learning/model/index.ts";
import { elementsOf, pack, unpack, type PhaseName, type PlanBuffer } from "../learning/plan/index.ts";
import type { BatchSource, Executor, Runtime } from "../learning/runtime/index.ts";
import {
  initialOptimizerSlots,
  losses,
  measureOptions,
  optimizerRule,
  trainingDocumentSchema,
  type TrainingDocumentInput,
} from "../learning/training/index.ts";

export interface ModelFixtureOptions {
  /** Features of an example. */
  readonly inputs: number;
  /** Defaults to a row of `inputs`. */
  readonly inputShape?: readonly number[];
  /** Of a multilayer perceptron, when `model` is not given. */
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly model?: TrainingDocumentInput["model"];
  /** Or values to predict, with `task: "regression"`. */
  readonly classes: number;
  /** Defaults to classification. */
  readonly task?: "classification" | "regression";
  readonly training?: TrainingDocumentInput["training"];
  readonly batchSize: number;
  /** Defaults to the batch size. */
  readonly evaluationBatchSize?: number;
  /** Defaults to all. */
  readonly passes?: readonly (keyof typeof allPasses)[];
  readonly source?: "bytes" | "floats";
  /** Defaults to none. */
  readonly mixing?: CompileOptions["mixing"];
}

/** A network as a plan. */
export function compileFixture(options: ModelFixtureOptions): CompiledModel {
  const { inputs, hidden = [], classes, batchSize, passes = Object.keys(allPasses) } = options;
  const model = trainingDocumentSchema.shape.model.parse(
    options.model ?? { kind: "mlp", hidden: [...hidden], activation: options.activation ?? "relu" },
  );
  const training = trainingDocumentSchema.shape.training.parse(options.training ?? {});
  return compileModel({
    layers: layersOf(model, classes),
    inputShape: options.inputShape ?? [inputs],
    source: options.source ?? "floats",
    mixing: options.mixing,
    labelling: { task: options.task ?? "classification", outputs: classes },
    loss: losses[training.loss ?? "cross-entropy"].rule(training, classes),
    optimizer: optimizerRule(training),
    batchSize,
    measure: measureOptions(training.measure),
    evaluationBatchSize: options.evaluationBatchSize ?? batchSize,
    passes: passes.map((name) => allPasses[name]!),
  });
}

/** Gaussian features and a class for each. */
export function randomExamples(
  { inputs, classes }: Pick<ModelFixtureOptions, "inputs" | "classes">,
  { count, seed = 0 }: { count: number; seed?: number },
): { features: Float32Array<ArrayBuffer>; labels: Uint8Array<ArrayBuffer> } {
  const features = new RandomStream(toSeed(seed), "features");
  const labels = new RandomStream(toSeed(seed), "labels");
  return {
    features: Float32Array.from({ length: count * inputs }, (_, index) => features.normal(index)),
    labels: Uint8Array.from({ length: count }, (_, index) => labels.integerBelow(classes, index)),
  };
}

/** A compiled network on a back end, ready to step, with random weights of the size of PyTorch's. */
export class ModelFixture {
  readonly compiled: CompiledModel;
  readonly executor: Executor;
  readonly #count: number;

  constructor(runtime: Runtime, options: ModelFixtureOptions, examples: BatchSource) {
    this.compiled = compileFixture(options);
    this.executor = runtime.createExecutor(this.compiled.plan, examples);
    this.#count = examples.labels.length / (options.task === "regression" ? options.classes : 1);
    const training = trainingDocumentSchema.shape.training.parse(options.training ?? {});
    for (const [name, value] of Object.entries(initialOptimizerSlots(training))) {
      this.setSlot(`optimizer/${name}`, value);
    }
    for (const { slot, value } of this.compiled.initialSlots) this.executor.slots[slot] = value;
    this.setSlot("inputScale", 1);
    this.setWeights(this.#randomWeights());
  }

  slot(name: string): number {
    return this.executor.slots[this.compiled.slots[name]!]!;
  }

  setSlot(name: string, value: number): void {
    this.executor.slots[this.compiled.slots[name]!] = value;
  }

  /** All weights, plain and without padding, in the order of the compiled model. */
  weights(): Float64Array {
    return Float64Array.from(
      this.#weightBuffers().flatMap((buffer) => [...unpack(this.#content(buffer), buffer)]),
    );
  }

  setWeights(values: ArrayLike<number>): void {
    let next = 0;
    for (const { buffer, trained } of this.compiled.weights) {
      const kept = this.compiled.plan.buffers[buffer]!;
      const count = elementsOf(kept.shape);
      const plain = Array.from({ length: count }, (_, index) => values[next + index]!);
      pack(plain, kept, this.#content(kept));
      pack(plain, kept, this.#content(this.compiled.plan.buffers[trained]!));
      next += count;
    }
  }

  /** Steps through the examples in order, or through some of them. */
  run(phase: PhaseName, { first = 0, end = this.#count }: { first?: number; end?: number } = {}): void {
    const order = Int32Array.from({ length: this.#count }, (_, index) => index);
    this.executor.execute(phase, { order, first, end, watchedSlot: -1 });
  }

  /** Mean loss, by class weights where there are any, over the examples by the plan of `phase`. */
  loss(phase: "train" | "evaluate" = "evaluate", range: { first?: number; end?: number } = {}): number {
    for (const total of ["loss", "correct", "lossWeight"]) this.setSlot(total, 0);
    this.run(phase, range);
    return this.slot("loss") / this.slot("lossWeight");
  }

  #randomWeights(): Float64Array {
    return Float64Array.from(
      this.compiled.weights.flatMap(({ description: { name, shape, fanIn } }) => {
        const stream = new RandomStream(toSeed(0), "fixture", name);
        const length = shape.reduce((product, size) => product * size, 1);
        return Array.from({ length }, (_, index) =>
          Math.fround((2 * stream.uniform(index) - 1) / Math.sqrt(fanIn)),
        );
      }),
    );
  }

  #weightBuffers(): PlanBuffer[] {
    return this.compiled.weights.map(({ buffer }) => this.compiled.plan.buffers[buffer]!);
  }

  #content({ offset, floats }: PlanBuffer): Float32Array | Float64Array {
    return this.executor.arena.subarray(offset, offset + floats);
  }
}

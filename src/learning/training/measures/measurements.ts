/** From what a plan measured to metrics by name. */
import { histogramSwitch, updateRatioSlot, type CompiledModel } from "../../compiler/index.ts";
import { elementsOf, unpack, type PhaseName } from "../../plan/index.ts";
import type { Executor } from "../../runtime/index.ts";
import { contentOf } from "../named-tensors.ts";
import { countValues, histogramOf, type Histogram } from "./histogram.ts";
import type { MeasureName } from "./measure-names.ts";

type Four = [number, number, number, number];
type Metrics = Record<string, number>;

/**
 * Reads what was measured and clears it for the next epoch.
 *
 * **Purity.** Everything that lasts from step to step lies in slots and in buffers that are kept, so that a run can go on
 * from a checkpoint in the middle of an epoch.
 */
export class Measurements {
  readonly #model: CompiledModel;
  readonly #executor: Executor;
  readonly #names: readonly MeasureName[];
  #weightsBefore: ReadonlyMap<string, Float32Array | Float64Array> | undefined;

  constructor(model: CompiledModel, executor: Executor, names: readonly MeasureName[]) {
    this.#model = model;
    this.#executor = executor;
    this.#names = names;
  }

  /** True when an epoch's last step has to be taken by itself, between `beforeLastStep` and `afterLastStep`. */
  get watchesLastStep(): boolean {
    return this.#names.includes("updates") || this.#names.includes("histograms");
  }

  beforeLastStep(): void {
    if (this.#names.includes("histograms")) this.#set(histogramSwitch, 1);
    if (!this.#names.includes("updates")) return;
    this.#weightsBefore = new Map(
      this.#matrices().map(({ description, content }) => [description.name, content.slice()]),
    );
  }

  afterLastStep(): void {
    if (this.#names.includes("histograms")) this.#set(histogramSwitch, 0);
    for (const { description, content } of this.#weightsBefore === undefined ? [] : this.#matrices()) {
      const ratio = updateRatio(this.#weightsBefore!.get(description.name)!, content);
      this.#set(updateRatioSlot(description.name), ratio);
    }
    this.#weightsBefore = undefined;
  }

  /** Statistics of the activations over so many examples of a phase. */
  takeActivations(
    phase: PhaseName,
    { split, examples }: { readonly split: string; readonly examples: number },
  ): Metrics {
    const metrics: Metrics = {};
    for (const measured of this.#model.measured.activations) {
      if (measured.phase !== phase) continue;
      const { layer, slot, largest, units, elements, isBounded } = measured;
      const count = examples * elements;
      const [sum, absolute, squares, nearEnd] = [...this.#takeSlots(slot, 4)] as Four;
      const mean = sum / count;
      const sizes = contentOf(this.#model.plan.buffers[largest]!, this.#executor);
      let dead = 0;
      for (const size of sizes.subarray(0, units)) dead += Number(size === 0);
      sizes.fill(0);
      const what = `${layer}/${split}-activation`;
      metrics[`${what}-mean`] = mean;
      metrics[`${what}-mean-absolute`] = absolute / count;
      metrics[`${what}-standard-deviation`] = Math.sqrt(Math.max(0, squares / count - mean * mean));
      metrics[`${what}-dead-share`] = dead / units;
      if (isBounded) metrics[`${what}-saturated-share`] = nearEnd / count;
    }
    return metrics;
  }

  /** Of gradients over so many steps, and of weights as they are. */
  takeWeights(steps: number): Metrics {
    const metrics: Metrics = {};
    for (const { description } of this.#matrices()) {
      const { layer, name, shape } = description;
      const count = elementsOf(shape);
      metrics[`${layer}/weight-mean-absolute`] = this.#take(`${name}/weight`) / count;
      metrics[`${layer}/gradient-mean-absolute`] = this.#take(`${name}/gradient`) / count / steps;
      if (this.#names.includes("weights"))
        metrics[`${layer}/weight-norm`] = this.#take(`${name}/weight-norm`);
      if (this.#names.includes("gradients"))
        metrics[`${layer}/gradient-norm`] = this.#take(`${name}/gradient-norm`) / steps;
      if (this.#names.includes("updates"))
        metrics[`${layer}/update-ratio`] = this.#take(updateRatioSlot(name));
    }
    return metrics;
  }

  /**
   * Of the weights as they are, and of gradients and activations in the epoch's last step; undefined when nobody asked.
   *
   * @param lastStepExamples how many there were in it
   */
  takeHistograms(lastStepExamples: number): Record<string, Histogram> | undefined {
    if (!this.#names.includes("histograms")) return undefined;
    const histograms: Record<string, Histogram> = {};
    for (const { description, buffer } of this.#matrices())
      histograms[`${description.layer}/weight`] = countValues(
        unpack(contentOf(buffer, this.#executor), buffer),
      );
    for (const { layer, of, slot, padding } of this.#model.measured.histograms) {
      const counts = this.#takeSlots(slot, 512);
      const zeros = of === "activation" ? padding * lastStepExamples : padding;
      histograms[`${layer}/${of}`] = histogramOf(counts, { padding: zeros });
    }
    return histograms;
  }

  #matrices() {
    const { plan, weights } = this.#model;
    return weights
      .filter(({ description }) => description.role === "weight")
      .map(({ description, buffer: id }) => {
        const buffer = plan.buffers[id]!;
        return { description, buffer, content: contentOf(buffer, this.#executor) };
      });
  }

  #set(name: string, value: number): void {
    this.#executor.slots[this.#model.slots[name]!] = value;
  }

  #take(name: string): number {
    return this.#takeSlots(this.#model.slots[name]!, 1)[0]!;
  }

  #takeSlots(first: number, count: number): Float64Array {
    const values = this.#executor.slots.slice(first, first + count);
    this.#executor.slots.fill(0, first, first + count);
    return values;
  }
}

/** |after - before| / |before|, in Euclidean norms; 0 when nothing moved. */
function updateRatio(before: Float32Array | Float64Array, after: Float32Array | Float64Array): number {
  let change = 0;
  let size = 0;
  for (let i = 0; i < before.length; i++) {
    change += (after[i]! - before[i]!) ** 2;
    size += before[i]! ** 2;
  }
  return change === 0 ? 0 : Math.sqrt(change / size);
}

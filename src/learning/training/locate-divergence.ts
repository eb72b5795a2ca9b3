/** Where numbers stopped being finite: in the examples, in a layer's weights, or in weights that are about to. */
import type { CompiledModel } from "../compiler/index.ts";
import type { Examples } from "../data/index.ts";
import { inputName } from "../model/index.ts";
import type { Executor } from "../runtime/index.ts";

/** A place as a divergence names it. @property message a clause: "the weights of `hidden1` are not finite" */
export interface DivergenceSite {
  readonly layer: string;
  readonly message: string;
}

/** The first weight that is not finite, in the order of the layers. */
export function findNonFiniteWeight(model: CompiledModel, executor: Executor): DivergenceSite | undefined {
  for (const { description, buffer } of model.weights) {
    const { offset, floats } = model.plan.buffers[buffer]!;
    for (let i = offset; i < offset + floats; i++) {
      if (!Number.isFinite(executor.arena[i])) {
        return { layer: description.layer, message: `\`${description.name}\` is not finite` };
      }
    }
  }
  return undefined;
}

export interface DivergenceSearch {
  readonly model: CompiledModel;
  readonly executor: Executor;
  readonly examples: Examples;
  /** Indices of the examples of the step in which the loss was no longer finite. */
  readonly batch: Int32Array;
}

/** What is to blame for a loss that is not finite. */
export function locateDivergence({ model, executor, examples, batch }: DivergenceSearch): DivergenceSite {
  return (
    findNonFiniteExample(examples, batch) ??
    findNonFiniteWeight(model, executor) ??
    findLargestWeight(model, executor)
  );
}

function findNonFiniteExample({ features, count }: Examples, batch: Int32Array): DivergenceSite | undefined {
  if (features instanceof Uint8Array) return undefined;
  const size = features.length / count;
  for (const example of batch) {
    for (let i = example * size; i < (example + 1) * size; i++) {
      if (Number.isFinite(features[i])) continue;
      const message = `example ${example} of the data has ${features[i]} as feature ${i - example * size}`;
      return { layer: inputName, message };
    }
  }
  return undefined;
}

function findLargestWeight({ plan, weights }: CompiledModel, { arena }: Executor): DivergenceSite {
  let [largest, found] = [-1, weights[0]];
  for (const weight of weights) {
    const { offset, floats } = plan.buffers[weight.buffer]!;
    for (let i = offset; i < offset + floats; i++) {
      if (Math.abs(arena[i]!) <= largest) continue;
      largest = Math.abs(arena[i]!);
      found = weight;
    }
  }
  if (found === undefined) return { layer: inputName, message: "the model has no weights" };
  const message = `the largest weights are in \`${found.description.name}\`, up to ${largest.toPrecision(3)}`;
  return { layer: found.description.layer, message };
}

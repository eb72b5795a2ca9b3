import { internalError, suggestName, TunesmithError } from "../../base/index.ts";
import { inputName, shapeMismatch, type LayerInput, type Shape } from "./layer.ts";
import { withInitializers } from "./with-initializers.ts";
import type { InferredLayer } from "./inferred-layer.ts";
import { definitionOf, type Layer } from "./layers/index.ts";

/**
 * Walks the layers in their order from the shape of an example; each may read any layer before it. The last one is the
 * model's output.
 *
 * @throws SHAPE_MISMATCH when layers do not fit, INVALID_DOCUMENT when they refer to what is not there.
 */
export function inferShapes(layers: readonly Layer[], inputShape: Shape): InferredLayer[] {
  const values = new Map<string, LayerInput>([[inputName, { shape: inputShape }]]);
  let previous = inputName;
  const inferredLayers = layers.map((layer) => {
    const definition = definitionOf(layer);
    const inputs = layer.inputs ?? [previous];
    checkInputs(layer, inputs, [...values.keys()]);
    const [first, ...others] = inputs.map((name) => values.get(name)!);
    if (first === undefined) throw internalError(`layer \`${layer.name}\` reads nothing`);
    const outputShape = definition.outputShape(layer, [first, ...others]);
    const inferred: InferredLayer = {
      layer,
      inputs,
      inputShapes: [first, ...others].map(({ shape }) => shape),
      outputShape,
      weights: definition.weights?.(layer, [first, ...others]) ?? [],
    };
    values.set(layer.name, { shape: outputShape, flattenedFrom: flattenedFrom(layer, first, outputShape) });
    previous = layer.name;
    return inferred;
  });
  return withInitializers(inferredLayers);
}

/** The image whose values the output's features are, in the image's order. */
function flattenedFrom(layer: Layer, input: LayerInput, outputShape: Shape): Shape | undefined {
  if (layer.type === "flatten" || layer.type === "reshape") {
    if (outputShape.length > 1) return undefined;
    return input.shape.length > 1 ? input.shape : input.flattenedFrom;
  }
  return definitionOf(layer).isElementwise ? input.flattenedFrom : undefined;
}

function checkInputs(layer: Layer, inputs: readonly string[], known: readonly string[]): void {
  const { name, type } = layer;
  if (known.includes(name)) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `model: the name \`${name}\` is taken, got it for a second layer (${type}).`,
      hint: "Give every layer a name of its own; `input` stands for the examples.",
    });
  }
  const unknown = inputs.find((input) => !known.includes(input));
  if (unknown !== undefined) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `${type} layer \`${name}\`: there is no layer \`${unknown}\` before it.`,
      hint: `Layers read layers that come before them; ${suggestName(unknown, known)}`,
      facts: { layer: name, input: unknown, known },
    });
  }
  const wantsSeveral = definitionOf(layer).inputs !== undefined;
  if (wantsSeveral !== inputs.length > 1) {
    const count = inputs.length === 1 ? "one" : String(inputs.length);
    const expected = wantsSeveral ? "two or more inputs" : "one input";
    const hint = wantsSeveral ? `List the layers that \`${name}\` joins under \`inputs\`.` : undefined;
    throw shapeMismatch(layer, { expected, received: count, hint });
  }
}

/** What a plan measures besides loss and accuracy, and where it is found. */
import type { InferredLayer } from "../model/index.ts";
import { elementsOf, floatsOf, padFeatures, type Plan } from "../plan/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";
import type { LayerToLower } from "./layer-lowering.ts";
import type { OpAttributes } from "./op-attributes.ts";
import { withPaddedRows } from "./ops/copy.ts";

/** What is measured only when asked for. */
export interface MeasureOptions {
  readonly activations: boolean;
  readonly gradientNorms: boolean;
  readonly weightNorms: boolean;
  /** A slot per weight matrix, for the caller to keep its own measurement in. */
  readonly updates: boolean;
  /** Of activations and gradients, in steps before which the slot `histograms` is set to 1. */
  readonly histograms: boolean;
}

export const measureNothing: MeasureOptions = {
  activations: false,
  gradientNorms: false,
  weightNorms: false,
  updates: false,
  histograms: false,
};

type Phase = LayerToLower["phase"];

/** Where the statistics of an activation's output are found. */
export interface MeasuredActivation {
  readonly layer: string;
  readonly phase: Phase;
  /** The first of four slots: sum, sum of absolute values, sum of squares, count near an end of the range. */
  readonly slot: number;
  /** Index of the buffer with each unit's largest absolute value. */
  readonly largest: number;
  /** Features, or channels of an image. */
  readonly units: number;
  /** Values per example. */
  readonly elements: number;
  /** Whether the activation has two ends that it can be near to. */
  readonly isBounded: boolean;
}

/** Where the counts of a histogram are found. */
export interface MeasuredHistogram {
  readonly layer: string;
  readonly of: "activation" | "gradient";
  /** The first of a slot for each sign and exponent. */
  readonly slot: number;
  /** Zeros of padding among the values that are counted, per example of an activation, in all of a gradient. */
  readonly padding: number;
}

export interface Measured {
  readonly activations: readonly MeasuredActivation[];
  readonly histograms: readonly MeasuredHistogram[];
}

export const histogramSwitch = "histograms";
export const updateRatioSlot = (weight: string) => `${weight}/update-ratio`;
const statisticsSlots = ["sum", "absolute", "squares", "near-end"];
/** With a space, so that no layer can be called like it. */
const statisticsName = (layer: string, phase: Phase) => `activation ${phase} ${layer}`;
const histogramName = (of: MeasuredHistogram["of"], name: string) => `histogram ${of} ${name}`;

const isMeasuredActivation = ({ layer }: InferredLayer) => layer.type === "activation";

function rangeOf({ layer }: InferredLayer): OpAttributes["activationStatistics"]["range"] {
  const name = layer.type === "activation" ? layer.activation : undefined;
  return name === "sigmoid" || name === "tanh" ? name : "unbounded";
}

/** Slots that the measurements need from the start. */
export function measureSlots(
  layers: readonly InferredLayer[],
  { activations, gradientNorms, weightNorms, updates, histograms }: MeasureOptions,
): string[] {
  const matrices = layers.flatMap(({ weights }) => weights).filter(({ role }) => role === "weight");
  return [
    ...matrices.flatMap(({ name }) => [`${name}/gradient`, `${name}/weight`]),
    ...(gradientNorms ? matrices.map(({ name }) => `${name}/gradient-norm`) : []),
    ...(weightNorms ? matrices.map(({ name }) => `${name}/weight-norm`) : []),
    ...(updates ? matrices.map(({ name }) => updateRatioSlot(name)) : []),
    ...(histograms ? [histogramSwitch] : []),
    ...(activations ? (["train", "evaluate"] as const) : []).flatMap((phase) =>
      layers
        .filter(isMeasuredActivation)
        .flatMap(({ layer }) =>
          statisticsSlots.map((slot) => `${statisticsName(layer.name, phase)}/${slot}`),
        ),
    ),
  ];
}

/** Appends what is measured of activations. @param values the layers' outputs by name */
export function measureActivations(
  builder: GraphBuilder,
  values: ReadonlyMap<string, NodeId>,
  { layers, phase, measure }: { layers: readonly InferredLayer[]; phase: Phase; measure: MeasureOptions },
): void {
  for (const inferred of layers.filter(isMeasuredActivation)) {
    const { name } = inferred.layer;
    if (!measure.activations && !measure.histograms) return;
    const value = withPaddedRows(builder, values.get(name)!);
    if (measure.activations) {
      const slots = statisticsName(name, phase);
      const attributes = { range: rangeOf(inferred), slots, largest: `largest ${slots}` };
      builder.effects.push(builder.add("activationStatistics", [value], { attributes, shape: [] }));
    }
    if (measure.histograms && phase === "train") {
      const slots = histogramName("activation", name);
      const attributes = { of: "batch" as const, slots, isOn: histogramSwitch };
      builder.effects.push(builder.add("histogram", [value], { attributes, shape: [] }));
    }
  }
}

/** Appends what is measured of the gradient of a weight matrix. */
export function measureGradient(
  builder: GraphBuilder,
  gradient: NodeId,
  { name, measure }: { name: string; measure: MeasureOptions },
): void {
  const norm = measure.gradientNorms ? `${name}/gradient-norm` : null;
  const attributes = { total: `${name}/gradient`, norm };
  builder.effects.push(builder.add("magnitudes", [gradient], { attributes, shape: [] }));
  if (!measure.histograms) return;
  const slots = histogramName("gradient", name);
  builder.effects.push(
    builder.add("histogram", [gradient], {
      attributes: { of: "whole", slots, isOn: histogramSwitch },
      shape: [],
    }),
  );
}

/** Appends what is measured of a weight matrix. */
export function measureWeight(
  builder: GraphBuilder,
  weight: NodeId,
  { name, measure }: { name: string; measure: MeasureOptions },
): void {
  const norm = measure.weightNorms ? `${name}/weight-norm` : null;
  const attributes = { total: `${name}/weight`, norm };
  builder.effects.push(builder.add("magnitudes", [weight], { attributes, shape: [] }));
}

/** Finds what the plan measures. */
export function findMeasured(
  { buffers, slots }: Pick<Plan, "buffers" | "slots">,
  layers: readonly InferredLayer[],
  measure: MeasureOptions,
): Measured {
  const slotIndex = new Map(slots.map((name, index) => [name, index]));
  const bufferIndex = new Map(buffers.map(({ name }, index) => [name, index]));
  const activated = layers.filter(isMeasuredActivation);
  const weights = layers.flatMap((layer) => layer.weights).filter(({ role }) => role === "weight");
  return {
    activations: (measure.activations ? (["train", "evaluate"] as const) : []).flatMap((phase) =>
      activated.map((inferred): MeasuredActivation => {
        const name = statisticsName(inferred.layer.name, phase);
        return {
          layer: inferred.layer.name,
          phase,
          slot: slotIndex.get(`${name}/${statisticsSlots[0]!}`)!,
          largest: bufferIndex.get(`largest ${name}`)!,
          units: inferred.outputShape.at(-1)!,
          elements: elementsOf(inferred.outputShape),
          isBounded: rangeOf(inferred) !== "unbounded",
        };
      }),
    ),
    histograms: !measure.histograms
      ? []
      : [
          ...activated.map(({ layer, outputShape }): MeasuredHistogram => {
            const slot = slotIndex.get(`${histogramName("activation", layer.name)}/0`)!;
            const pixels = elementsOf(outputShape.slice(0, -1));
            const padding = pixels * (padFeatures(outputShape.at(-1)!) - outputShape.at(-1)!);
            return { layer: layer.name, of: "activation", slot, padding };
          }),
          ...weights.map(({ layer, name }): MeasuredHistogram => {
            const { shape, layout } = buffers[bufferIndex.get(name)!]!;
            const slot = slotIndex.get(`${histogramName("gradient", name)}/0`)!;
            return { layer, of: "gradient", slot, padding: floatsOf({ shape, layout }) - elementsOf(shape) };
          }),
        ],
  };
}

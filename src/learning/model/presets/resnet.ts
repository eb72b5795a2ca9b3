import { z } from "zod";

import type { LayerDocument } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/** Basic blocks in each of the four stages. */
const blocksOf = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

/**
 * A residual network of basic blocks. Layers are named as in torchvision: conv1, bn1, layer1.0.conv1, ..., fc.
 *
 * @see He, Zhang, Ren, Sun 2016, "Deep residual learning for image recognition", Table 1
 */
export const resnet = definePreset({
  schema: z.strictObject({
    kind: z.literal("resnet"),
    /** Layers with weights. Defaults to 18. */
    depth: z.union([z.literal(18), z.literal(34)]).default(18),
    /** Filters of the first stage; each later stage has twice as many. Defaults to 64. */
    width: z.int().min(1).max(1024).default(64),
    /**
     * `large` begins with a 7 x 7 convolution of stride 2 and pooling, for images of 224 pixels or so; `small` with a
     * 3 x 3 convolution alone, for 32 pixels. Defaults to `small`.
     */
    images: z.enum(["small", "large"]).default("small"),
  }),
  layers: ({ depth, width, images }, outputs) => {
    const stem: LayerDocument[] =
      images === "small"
        ? normalized("", { convolution: 1, filters: width, kernel: 3, padding: 1 })
        : normalized("", { convolution: 1, filters: width, kernel: 7, stride: 2, padding: 3 });
    const layers: LayerDocument[] = [...stem, { type: "activation", name: "relu", activation: "relu" }];
    if (images === "large") layers.push({ type: "maxPool", name: "maxpool", size: 3, stride: 2, padding: 1 });
    let filtersBefore = width;
    blocksOf[depth].forEach((blocks, stage) => {
      for (let block = 0; block < blocks; block++) {
        const filters = width * 2 ** stage;
        const input = layers.at(-1)!.name!;
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const name = `layer${stage + 1}.${block}`;
        layers.push(
          ...basicBlock(name, { input, filters, stride, isShortcutPlain: filters === filtersBefore }),
        );
        filtersBefore = filters;
      }
    });
    return [
      ...layers,
      { type: "globalAveragePool", name: "avgpool" },
      { type: "dense", name: "fc", units: outputs },
    ];
  },
});

interface Convolution {
  readonly convolution: number;
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** A convolution without bias and its batch normalisation, by the names conv1 and bn1. @param prefix with its dot */
function normalized(
  prefix: string,
  { convolution, ...settings }: Convolution,
  input?: string,
): LayerDocument[] {
  const inputs = input === undefined ? {} : { inputs: [input] };
  return [
    { type: "convolution", name: `${prefix}conv${convolution}`, ...settings, bias: false, ...inputs },
    { type: "batchNorm", name: `${prefix}bn${convolution}` },
  ];
}

function basicBlock(
  name: string,
  options: { input: string; filters: number; stride: number; isShortcutPlain: boolean },
): LayerDocument[] {
  const { input, filters, stride, isShortcutPlain } = options;
  const prefix = `${name}.`;
  const shortcut: LayerDocument[] = isShortcutPlain
    ? []
    : [
        {
          type: "convolution",
          name: `${prefix}downsample.0`,
          inputs: [input],
          filters,
          kernel: 1,
          stride,
          bias: false,
        },
        { type: "batchNorm", name: `${prefix}downsample.1` },
      ];
  return [
    ...normalized(prefix, { convolution: 1, filters, kernel: 3, stride, padding: 1 }, input),
    { type: "activation", name: `${prefix}relu1`, activation: "relu" },
    ...normalized(prefix, { convolution: 2, filters, kernel: 3, padding: 1 }),
    ...shortcut,
    {
      type: "add",
      name: `${prefix}add`,
      inputs: [`${prefix}bn2`, isShortcutPlain ? input : `${prefix}downsample.1`],
    },
    { type: "activation", name: `${prefix}relu2`, activation: "relu" },
  ];
}

import { z } from "zod";

import { TunesmithError } from "../../../base/index.ts";
import { activationNames, type ActivationName } from "../activation.ts";
import { widestLayer } from "../layers/dense.ts";
import type { LayerDocument } from "../layers/index.ts";
import { definePreset } from "./preset.ts";

/** What a part of a shape stands for. @param activation in the layers of the part */
type Part = (
  digits: readonly number[],
  number: (type: string) => number,
  activation: ActivationName,
) => LayerDocument[];

/** In the order in which they are tried. */
const parts: readonly (readonly [pattern: RegExp, part: Part])[] = [
  [/^(\d+)c(\d+)$/, convolutionPart("valid")],
  [/^(\d+)s(\d+)$/, convolutionPart("same")],
  [/^p(\d+)$/, ([size], number) => [{ type: "maxPool", name: `pool${number("pool")}`, size: size! }]],
  [
    /^d(0?\.\d+)$/,
    ([rate], number) => [{ type: "dropout", name: `dropout${number("dropout")}`, rate: rate! }],
  ],
  [
    /^(\d+)$/,
    ([units], number, activation) => {
      const name = `hidden${number("hidden")}`;
      return [
        { type: "dense", name, units: units! },
        { type: "activation", name: `${name}_${activation}`, activation },
      ];
    },
  ],
];

function convolutionPart(padding: "same" | "valid"): Part {
  return ([filters, kernel], number, activation) => {
    const name = `conv${number("conv")}`;
    return [
      { type: "convolution", name, filters: filters!, kernel: kernel!, padding },
      { type: "activation", name: `${name}_${activation}`, activation },
    ];
  };
}

const isPart = (text: string) => parts.some(([pattern]) => pattern.test(text));

/**
 * A network in one line, from behind the input to the outputs: `32c5-p2-64c5-p2-128-10`. `32c5` is a convolution of 32
 * filters of 5 x 5 without padding, `32s5` the same with the size kept, `p2` max pooling, `d0.5` dropout, a number a
 * dense layer; the last number are the outputs. The activation follows all but the last.
 */
export const shape = definePreset({
  schema: z.strictObject({
    kind: z.literal("shape"),
    shape: z
      .string()
      .max(2000)
      .refine(
        (text) => text.split("-").every(isPart),
        "expected parts such as 32c5, 32s3, p2, d0.5 and 128, joined by `-`",
      )
      .refine((text) => /^\d+$/.test(text.split("-").at(-1)!), "expected the number of outputs at the end"),
    /** Defaults to `relu`. */
    activation: z.enum(activationNames).default("relu"),
  }),
  layers: ({ shape: text, activation }, outputs) => {
    const texts = text.split("-");
    const last = Number(texts.pop());
    if (last !== outputs || last > widestLayer) {
      throw new TunesmithError("SHAPE_MISMATCH", {
        message: `model \`${text}\`: the last number must be ${outputs}, the outputs that the data asks for, got ${last}.`,
        hint: `Write \`${[...texts, outputs].join("-")}\`.`,
        facts: { shape: text, outputs },
      });
    }
    const counts = new Map<string, number>();
    const number = (type: string) => {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      return counts.get(type)!;
    };
    const layers = texts.flatMap((one) => {
      const [pattern, part] = parts.find(([candidate]) => candidate.test(one))!;
      return part(pattern.exec(one)!.slice(1).map(Number), number, activation);
    });
    return withFlatten([...layers, { type: "dense", name: "output", units: outputs }]);
  },
});

/** Dense layers want rows: flattens in front of the first. */
function withFlatten(layers: readonly LayerDocument[]): LayerDocument[] {
  const first = layers.findIndex(({ type }) => type === "dense");
  return [...layers.slice(0, first), { type: "flatten", name: "flatten" }, ...layers.slice(first)];
}

import { describe, expect, it } from "vitest";

import { inferShapes } from "../infer-shapes.ts";
import { layersOf, modelSchema } from "../presets/index.ts";
import type { LayerDocument } from "./index.ts";

const shapeAfter = (layer: LayerDocument, input: readonly number[]) =>
  inferShapes(layersOf(modelSchema.parse({ kind: "layers", layers: [layer] }), 3), input)[0]!.outputShape;

describe("pooling layers", () => {
  it.each<{ layer: LayerDocument; input: number[]; output: number[] }>([
    { layer: { type: "maxPool", size: 2 }, input: [28, 27, 3], output: [14, 13, 3] },
    {
      layer: { type: "maxPool", size: 3, stride: 2, padding: 1 },
      input: [112, 112, 64],
      output: [56, 56, 64],
    },
    { layer: { type: "averagePool", size: [2, 3], stride: 1 }, input: [5, 5, 1], output: [4, 3, 1] },
    { layer: { type: "adaptiveAveragePool", output: 6 }, input: [13, 4, 8], output: [6, 6, 8] },
    { layer: { type: "globalAveragePool" }, input: [7, 5, 512], output: [512] },
  ])("$layer.type of $input gives $output", ({ layer, input, output }) => {
    expect(shapeAfter(layer, input)).toEqual(output);
  });

  it("name the layer at which an image collapses", () => {
    expect(() => shapeAfter({ type: "maxPool", name: "pool5", size: 2 }, [1, 3, 64])).toThrow(
      expect.objectContaining({
        code: "SHAPE_MISMATCH",
        message: "maxPool layer `pool5`: expected an image of 2 x 2 pixels or more, got [batch, 1, 3, 64].",
        hint: "The image has collapsed: pool less often before `pool5`, or with smaller strides.",
      }),
    );
  });

  it.each(["maxPool", "averagePool", "adaptiveAveragePool", "globalAveragePool"] as const)(
    "%s refuses a row of features",
    (type) => {
      const layer = { type, name: "pool", size: 2, output: 2 };
      const { size, output, ...rest } = layer;
      const written = {
        ...rest,
        ...(type === "maxPool" || type === "averagePool" ? { size } : {}),
        ...(type === "adaptiveAveragePool" ? { output } : {}),
      } as LayerDocument;
      expect(() => shapeAfter(written, [10])).toThrow(
        expect.objectContaining({
          message: `${type} layer \`pool\`: expected input [batch, height, width, channels], got [batch, 10].`,
        }),
      );
    },
  );

  it.each(["maxPool", "averagePool"] as const)("%s refuses a padding of more than half a window", (type) => {
    const layers = [{ type, size: [4, 3], padding: [2, 2] }];
    const { error } = modelSchema.safeParse({ kind: "layers", layers });
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ["layers", 0, "padding"],
        message: "expected at most half of `size`",
      }),
    ]);
  });
});

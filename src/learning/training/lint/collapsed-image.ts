import { named, type LintRule } from "./rule.ts";

/** Windows over a single pixel see padding and nothing else beside it. */
export const collapsedImage: LintRule = ({ layers }) => {
  const looking = layers.filter(({ layer, inputShapes }) => {
    const [shape] = inputShapes;
    const isSinglePixel = shape?.length === 3 && shape[0] === 1 && shape[1] === 1;
    return isSinglePixel && layer.type === "convolution" && sizeOf(layer.kernel) > 1;
  });
  const [first] = looking;
  if (first === undefined) return [];
  const { layer, inputs } = first;
  const others = looking.length > 1 ? ` and ${looking.length - 1} after it` : "";
  return [
    {
      severity: "warning",
      layer: layer.name,
      message: `${named(layer)}: its input \`${inputs[0]!}\` is an image of 1 x 1 already, so of its kernel${others} only one element meets a pixel and the others multiply padding.`,
      hint: "Take fewer or smaller strides and pools before it, or end with dense layers here.",
    },
  ];
};

const sizeOf = (kernel: number | readonly number[]) =>
  typeof kernel === "number" ? kernel : Math.max(...kernel);

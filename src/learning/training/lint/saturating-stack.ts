import { named, type LintRule } from "./rule.ts";

/** So many in a row that the first layers get a thousandth of the gradient or less: a sigmoid passes on a quarter at most. */
const mostInARow = 5;

/**
 * @see Glorot, Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks"
 */
export const saturatingStack: LintRule = ({ layers }) => {
  let inARow = 0;
  for (const { layer } of layers) {
    // What keeps gradients from shrinking layer by layer: normalisation, and a way around the layers.
    if (/norm/i.test(layer.type) || layer.type === "add" || layer.type === "concatenate") inARow = 0;
    const isSaturating =
      layer.type === "activation" && (layer.activation === "sigmoid" || layer.activation === "tanh");
    if (!isSaturating) continue;
    inARow++;
    if (inARow <= mostInARow) continue;
    const total = layers.filter((one) => one.layer.type === "activation").length;
    const reason =
      layer.activation === "sigmoid"
        ? "each multiplies the gradient by 0.25 at most"
        : "each that is near its ends passes on next to nothing of the gradient";
    return [
      {
        severity: "warning",
        layer: layer.name,
        message: `${named(layer)}: the ${inARow}th ${layer.activation} in a row of ${total} activations without a normalisation between them; ${reason}, so it vanishes on its way to the first layers.`,
        hint: "Take relu, or put a batchNorm in front of the activations; `training.measure: [gradients]` shows the gradient layer by layer.",
      },
    ];
  }
  return [];
};

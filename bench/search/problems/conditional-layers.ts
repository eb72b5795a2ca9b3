import { createSpace } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

const depths = [1, 2, 3, 4];
/** log2 of the best width of each layer, by the depth of the network. */
const best: Readonly<Record<number, readonly number[]>> = {
  1: [8],
  2: [8, 6.5],
  3: [8, 7, 5.5],
  4: [7.5, 7, 6, 5],
};
/** What the best network of a depth reaches. */
const floors: Readonly<Record<number, number>> = { 1: 0.14, 2: 0.105, 3: 0.1, 4: 0.112 };

export const conditionalLayers: Problem = {
  name: "conditional-layers",
  kind: "conditional",
  challenge: "a width and a dropout for each layer that there is",
  space: createSpace([
    { name: "layers", distribution: { kind: "integer", low: 1, high: 4 } },
    ...depths.flatMap((depth) => {
      const when = depth === 1 ? {} : { when: { layers: { min: depth } } };
      return [
        {
          name: `width${depth}`,
          distribution: { kind: "integer", low: 8, high: 512, scale: "log" },
          ...when,
        },
        { name: `dropout${depth}`, distribution: { kind: "float", low: 0, high: 0.6 }, ...when },
      ];
    }),
    { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1e-1, scale: "log" } },
    { name: "activation", distribution: { kind: "categorical", values: ["relu", "tanh", "gelu"] } },
  ]),
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const layers = at("layers");
    let loss = floors[layers]!;
    for (let depth = 1; depth <= layers; depth++) {
      const width = Math.log2(at(`width${depth}`));
      const off = width - best[layers]![depth - 1]!;
      loss += (off < 0 ? 0.008 : 0.003) * square(off);
      // Wide layers want more of it.
      loss += 0.08 * square(at(`dropout${depth}`) - 0.06 * Math.max(0, width - 4));
    }
    const { activation } = configuration;
    const bestRate = -2.6 - 0.2 * layers - (activation === "tanh" ? 0.3 : 0);
    const off = Math.log10(at("rate")) - bestRate;
    loss += off > 0 ? 0.06 * square(off) : 0.03 * square(off);
    loss += activation === "relu" ? 0.004 : activation === "tanh" ? 0.015 : 0;
    return [Math.min(0.9, loss)];
  },
};

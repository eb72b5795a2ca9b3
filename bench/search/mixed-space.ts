import { createSpace, type SearchSpace } from "../../src/search/index.ts";

const float = (name: string, low: number, high: number, scale: string) => ({
  name,
  distribution: { kind: "float", low, high, scale },
});
/** Ten parameters of all kinds, for measuring time. `peers/suggestion_cost.py` has the same. */
export const mixedSpace: SearchSpace = createSpace([
  float("rate", 1e-5, 1, "log"),
  float("decay", 1e-7, 1e-1, "log"),
  float("epsilon", 1e-9, 1e-3, "log"),
  float("dropout", 0, 0.7, "linear"),
  float("momentum", 0, 0.99, "linear"),
  float("warmup", 0, 0.5, "linear"),
  { name: "layers", distribution: { kind: "integer", low: 1, high: 6 } },
  { name: "width", distribution: { kind: "integer", low: 16, high: 1024, scale: "log" } },
  { name: "batch", distribution: { kind: "ordinal", values: [16, 32, 64, 128, 256, 512] } },
  { name: "optimizer", distribution: { kind: "categorical", values: ["sgd", "adam", "rmsprop", "lion"] } },
]);

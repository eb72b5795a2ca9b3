import type { Graph } from "../graph.ts";
import { foldNorm } from "./fold-norm.ts";
import { fuseAdam } from "./fuse-adam.ts";
import { fuseLoss } from "./fuse-loss.ts";
import { fuseNorm } from "./fuse-norm.ts";
import { fusePool } from "./fuse-pool.ts";
import { fuseRelu } from "./fuse-relu.ts";

export type Pass = (graph: Graph) => Graph;

/** In the order in which they run. Every pass leaves the meaning of the graph as it was. */
export const passes: Readonly<Record<string, Pass>> = {
  fusePool,
  fuseRelu,
  fuseNorm,
  foldNorm,
  fuseLoss,
  fuseAdam,
};

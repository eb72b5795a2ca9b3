/**
 * How many examples are worked through together, from the first layer to the last and back.
 *
 * A chunk whose values stay in the second-level cache saves a trip to memory for each of them; but every chunk passes
 * once over all weights and adds up their gradients. So chunks are small where values are many and weights few
 * (convolutions), and large otherwise. One rule for all machines, since the chunk decides the order of sums.
 */
import { floatsOf } from "../plan/index.ts";
import { isOp, type GraphNode } from "./graph.ts";
import { longestChunk } from "./longest-chunk.ts";
import { needsWholeBatch } from "./ops/index.ts";
import { measuringOps } from "./ops/measure.ts";

/** A row of a tile or two. */
const shortestChunk = 8;
/** Half of a second-level cache of 2 MB; the other half is for weights. In floats. */
const cacheFloats = 1024 ** 2 / 4;

export function chunkSizeOf(
  nodes: readonly GraphNode[],
  { batchSize, microBatchSize }: { batchSize: number; microBatchSize: number },
): number {
  if (nodes.some(({ op }) => needsWholeBatch.has(op))) return microBatchSize;
  const isWeight = (node: GraphNode) => isOp(node, "weight");
  const weightFloats = nodes.filter(isWeight).reduce((sum, node) => sum + floatsOf(node), 0);
  const exampleFloats = nodes
    .filter((node) => node.layout.kind === "rows" && !isWeight(node) && !measuringOps.has(node.op))
    .reduce((sum, node) => sum + floatsOf(node), 0);
  const fitting = Math.max(shortestChunk, Math.floor(cacheFloats / Math.max(1, exampleFloats)));
  const chunk = fitting < longestChunk && weightFloats / fitting < exampleFloats ? fitting : longestChunk;
  return Math.ceil(batchSize / Math.ceil(batchSize / chunk));
}

/**
 * Directions spread evenly over the objectives, and how the members of a population lie to them.
 *
 * @see Das, Dennis 1998, "Normal-Boundary Intersection: A New Method for Generating the Pareto Surface"
 */

/** All ways to share so many parts among the objectives, as shares: [directions][objectives]. */
function sharings(objectives: number, parts: number): readonly (readonly number[])[] {
  const all: number[][] = [];
  const share = (given: readonly number[], left: number) => {
    if (given.length === objectives - 1) all.push([...given, left].map((count) => count / parts));
    else for (let count = 0; count <= left; count++) share([...given, count], left - count);
  };
  share([], parts);
  return all;
}

/** How many ways there are: parts + objectives - 1 over objectives - 1. */
function sharingCount(objectives: number, parts: number): number {
  let count = 1;
  for (let i = 1; i < objectives; i++) count = (count * (parts + i)) / i;
  return Math.round(count);
}

/** As many evenly spread directions as fit into a population of that size; at least one per objective. */
export function referenceDirections(objectives: number, size: number): readonly (readonly number[])[] {
  if (objectives === 1) return [[1]];
  let parts = 1;
  while (sharingCount(objectives, parts + 1) <= size) parts++;
  return sharings(objectives, parts);
}

/** How far the point is from the line through the origin in that direction. */
export function distanceToLine(point: readonly number[], direction: readonly number[]): number {
  const square = direction.reduce((sum, d) => sum + d * d, 0);
  const along = direction.reduce((sum, d, i) => sum + d * point[i]!, 0) / square;
  return Math.hypot(...point.map((x, i) => x - along * direction[i]!));
}

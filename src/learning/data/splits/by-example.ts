import { dealt, type WayOfSplitting } from "./way-of-splitting.ts";

/** Each example by itself: what stands first is taken first. */
export const byExample: WayOfSplitting = {
  part: (order, size) => ({ taken: order.slice(0, size), rest: order.slice(size) }),
  first: (order, size) => order.slice(0, size),
  fold: dealt,
};

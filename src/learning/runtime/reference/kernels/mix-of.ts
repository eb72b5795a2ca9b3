import { mixFloats } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

/** What `drawMixes` wrote of an example. */
export interface Mix {
  readonly partner: number;
  /** Of the partner; 0 when the example is not mixed. */
  readonly share: number;
}

/** @param row of the chunk */
export function mixOf({ buffers, chunkStart }: ReferenceCall, row: number): Mix {
  const first = (chunkStart + row) * mixFloats;
  const [high, low, share] = buffers.mixes?.subarray(first, first + 3) ?? [0, 0, 0];
  return { partner: high! * 65_536 + low!, share: share! };
}

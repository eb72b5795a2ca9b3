import { panelIndex } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

/** Visits each pair of a channel and a filter of one group with its places. */
function forEachPair({ values }: ReferenceCall, visit: (grouped: number, expanded: number) => void): void {
  const { taps, channels, pixel, filters, out, groups } = values as Record<
    "taps" | "channels" | "pixel" | "filters" | "out" | "groups",
    number
  >;
  const size = { rows: taps * pixel, columns: out };
  for (let tap = 0; tap < taps; tap++) {
    for (let filter = 0; filter < filters; filter++) {
      const group = Math.floor(filter / (filters / groups));
      for (let i = 0; i < channels / groups; i++) {
        const grouped = (tap * (channels / groups) + i) * out + filter;
        visit(grouped, panelIndex(tap * pixel + group * (channels / groups) + i, filter, size));
      }
    }
  }
}

function expandGroups(call: ReferenceCall): void {
  const { grouped, expanded } = call.buffers as Record<"grouped" | "expanded", Float64Array>;
  expanded.fill(0);
  forEachPair(call, (from, to) => {
    expanded[to] = grouped[from]!;
  });
}

function collapseGroups(call: ReferenceCall): void {
  const { grouped, expanded } = call.buffers as Record<"grouped" | "expanded", Float64Array>;
  grouped.fill(0);
  forEachPair(call, (to, from) => {
    grouped[to] = expanded[from]!;
  });
}

export const groupKernels = { expandGroups, collapseGroups };

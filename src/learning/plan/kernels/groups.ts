/**
 * The weight of a convolution in groups, [taps, channels / groups, out] with plain rows, and the same as the weight of a
 * convolution without groups: [taps, pixel, out] in panels, with zeros where channel and filter are of different groups.
 */
import { dimension, reads, writes, type Dimensions, type KernelSignature } from "../kernel.ts";

const groupedFloats = (d: Dimensions) => ((d.taps! * d.channels!) / d.groups!) * d.out!;
const expandedFloats = (d: Dimensions) => d.taps! * d.pixel! * d.out!;

const dimensions = {
  taps: dimension,
  /** Without padding. */
  channels: dimension,
  pixel: dimension,
  /** Without padding. */
  filters: dimension,
  out: dimension,
  groups: dimension,
} as const;

const expandGroups: KernelSignature = {
  runs: "each-chunk",
  arguments: { grouped: reads(groupedFloats), expanded: writes(expandedFloats), ...dimensions },
};

/** The inverse; what lies between the groups is dropped. */
const collapseGroups: KernelSignature = {
  runs: "last-chunk",
  arguments: { expanded: reads(expandedFloats), grouped: writes(groupedFloats), ...dimensions },
};

export const groupKernels = { expandGroups, collapseGroups };

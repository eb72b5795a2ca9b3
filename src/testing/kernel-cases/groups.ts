import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const sizes = [
  { taps: 1, channels: 2, pixel: 16, filters: 2, out: 16, groups: 2 },
  { taps: 6, channels: 6, pixel: 6, filters: 9, out: 16, groups: 3 },
  { taps: 9, channels: 64, pixel: 64, filters: 32, out: 32, groups: 4 },
  { taps: 4, channels: 20, pixel: 32, filters: 40, out: 48, groups: 5 },
];

const casesOf = (kernel: "expandGroups" | "collapseGroups"): KernelCase[] =>
  sizes.map((dimensions) => {
    const { taps, channels, pixel, filters, out, groups } = dimensions;
    return {
      name: `${taps} taps, ${channels} channels and ${filters} filters in ${groups} groups`,
      run: {
        kernel,
        dimensions,
        buffers: {
          [kernel === "expandGroups" ? "grouped" : "expanded"]: normals(
            taps * out * (kernel === "expandGroups" ? channels / groups : pixel),
            "weight",
          ),
        },
      },
    };
  });

export const groupCasesOf: CasesOf<"expandGroups" | "collapseGroups"> = {
  expandGroups: { bound: 0, outputs: ["expanded"], cases: casesOf("expandGroups") },
  collapseGroups: { bound: 0, outputs: ["grouped"], cases: casesOf("collapseGroups") },
};

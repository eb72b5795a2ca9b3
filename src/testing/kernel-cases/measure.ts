import { normals, type CasesOf } from "./kernel-case.ts";

export const measureCasesOf: CasesOf<"absoluteSum"> = {
  absoluteSum: {
    // Sums in float64, in another order.
    bound: 1e-30,
    outputs: ["total"],
    cases: [1, 7, 16, 17, 1000].map((count) => ({
      name: `${count} values`,
      run: {
        kernel: "absoluteSum",
        dimensions: { count },
        buffers: { values: normals(count, "values") },
        slots: { total: [0.25] },
      },
    })),
  },
};

import { forEachRows, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const lossCases: KernelCase[] = [true, false].flatMap((withGradient) =>
  forEachRows((batch, chunkSize, classes, stride) => ({
    name: `${classes} classes in ${stride}, ${batch} examples by ${chunkSize}${withGradient ? "" : ", loss alone"}`,
    run: {
      kernel: "softmaxCrossEntropy",
      dimensions: { classes, stride },
      batch,
      chunkSize,
      without: withGradient ? [] : ["gradient"],
      // The columns past the classes hold numbers too: they must not count.
      buffers: {
        logits: normals(chunkSize * stride, "logits", 3),
        labels: normals(chunkSize, "labels").map((x) => Math.floor(Math.abs(x) * 1000) % classes),
      },
      slots: { totals: [0.5, 2] },
    },
  })),
);

export const lossCasesOf: CasesOf<"softmaxCrossEntropy"> = {
  softmaxCrossEntropy: { bound: 2e-14, outputs: ["gradient", "totals"], cases: lossCases },
};

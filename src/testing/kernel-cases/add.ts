import { forEachRows, normals, type CasesOf } from "./kernel-case.ts";

export const addCasesOf: CasesOf<"add"> = {
  add: {
    bound: 5e-15,
    outputs: ["output"],
    cases: ["none", "relu"].flatMap((activation) =>
      forEachRows((batch, chunkSize, _features, stride) => ({
        name: `${stride} floats, ${batch} examples by ${chunkSize}, activation ${activation}`,
        run: {
          kernel: "add",
          dimensions: { stride },
          choices: { activation },
          batch,
          chunkSize,
          buffers: { a: normals(chunkSize * stride, "a"), b: normals(chunkSize * stride, "b") },
        },
      })),
    ),
  },
};

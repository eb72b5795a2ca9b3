import { mixesOf } from "./mix.ts";
import { batches, forEachRows, forEachShape, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

/** Some of the cases mix examples, whose other labels are those of the data. */
const mixed = (batch: number, classes: number) => ({
  mixes: mixesOf(batch, { count: batch }),
  examples: {
    features: new Uint8Array(batch),
    labels: Uint8Array.from({ length: batch }, (_, index) => (index * 3) % Math.min(classes, 256)),
  },
});

const labelsOf = (count: number, classes: number) =>
  normals(count, "labels").map((x) => Math.floor(Math.abs(x) * 1000) % classes);

const weightsOf = (classes: number) =>
  Array.from({ length: classes }, (_, index) => 0.5 + ((index * 7) % 5) / 2);

const crossEntropyCases: KernelCase[] = [
  { what: "", smoothing: 0, isWeighted: false },
  { what: ", smoothed", smoothing: 0.1, isWeighted: false },
  { what: ", weighted and smoothed", smoothing: 0.3, isWeighted: true },
  { what: ", mixed", smoothing: 0, isWeighted: false, isMixed: true },
  { what: ", weighted, smoothed and mixed", smoothing: 0.3, isWeighted: true, isMixed: true },
]
  .flatMap(({ what, smoothing, isWeighted, isMixed = false }) =>
    [true, false].flatMap((withGradient) =>
      forEachRows((batch, chunkSize, classes, stride) => ({
        name: `${classes} classes in ${stride}, ${batch} examples by ${chunkSize}${what}${withGradient ? "" : ", loss alone"}`,
        run: {
          kernel: "softmaxCrossEntropy",
          dimensions: { classes, stride, examples: isMixed ? batch : 0 },
          batch,
          chunkSize,
          without: [...(withGradient ? [] : ["gradient"]), ...(isMixed ? [] : ["mixes"])],
          examples: mixed(batch, classes).examples,
          // The columns past the classes hold numbers too: they must not count.
          buffers: {
            mixes: mixed(batch, classes).mixes,
            logits: normals(chunkSize * stride, "logits", 3),
            labels: labelsOf(chunkSize, classes),
          },
          slots: {
            settings: [smoothing, isWeighted ? 1.3 * batch : batch],
            classWeights: isWeighted ? weightsOf(classes) : Array.from({ length: classes }, () => 1),
            totals: [0.5, 2, 3],
          },
        },
      })),
    ),
  )
  // The gradient of a single class is 0, of which float32 keeps rounding alone.
  .filter(
    ({ run }) =>
      run.dimensions?.["classes"] !== 1 ||
      (run.slots?.["settings"]?.[0] === 0 && run.dimensions["examples"] === 0),
  );

const weighCases: KernelCase[] = forEachShape(
  [
    [7, 0],
    [7, 1],
  ],
  batches,
  (batch, chunkSize, classes, isMixed) => ({
    name: `${classes} classes, ${batch} examples by ${chunkSize}${isMixed ? ", mixed" : ""}`,
    run: {
      kernel: "weighStep",
      dimensions: { classes, examples: isMixed ? batch : 0 },
      without: isMixed ? [] : ["mixes"],
      buffers: { mixes: mixed(batch, classes).mixes },
      batch,
      chunkSize,
      examples: {
        features: new Uint8Array(batch),
        labels: Uint8Array.from({ length: batch }, (_, index) => (index * 3) % classes),
      },
      order: Int32Array.from({ length: batch }, (_, index) => (index * 2) % batch),
      slots: { classWeights: weightsOf(classes), weight: [99] },
    },
  }),
);

const elementwiseCases: KernelCase[] = ["squared", "absolute", "huber", "logistic"].flatMap((choice) =>
  [true, false].flatMap((withGradient) =>
    forEachRows((batch, chunkSize, outputs, stride) => ({
      name: `${choice}, ${outputs} outputs in ${stride}, ${batch} examples by ${chunkSize}${withGradient ? "" : ", loss alone"}`,
      run: {
        kernel: "elementwiseLoss",
        dimensions: { outputs, stride },
        choices: { function: choice },
        batch,
        chunkSize,
        without: withGradient ? [] : ["gradient"],
        buffers: {
          predictions: normals(chunkSize * stride, "predictions", 2),
          targets: normals(chunkSize * stride, "targets").map((x) =>
            choice === "logistic" ? Math.fround(1 / (1 + x * x)) : x,
          ),
        },
        slots: { delta: [0.75], totals: [0.5, 2, 3, 4, 5] },
      },
    })),
  ),
);

const oneHotCases = [true, false].flatMap((isMixed) =>
  forEachRows((batch, chunkSize, classes, stride) => ({
    name: `${classes} classes in ${stride}, ${batch} examples by ${chunkSize}${isMixed ? ", mixed" : ""}`,
    run: {
      kernel: "oneHot",
      dimensions: { stride, examples: isMixed ? batch : 0 },
      without: isMixed ? [] : ["mixes"],
      examples: mixed(batch, classes).examples,
      batch,
      chunkSize,
      buffers: {
        mixes: mixed(batch, classes).mixes,
        labels: labelsOf(chunkSize, classes),
        output: normals(chunkSize * stride, "old content"),
      },
    },
  })),
);

export const lossCasesOf: CasesOf<"softmaxCrossEntropy" | "weighStep" | "elementwiseLoss" | "oneHot"> = {
  softmaxCrossEntropy: { bound: 4e-14, outputs: ["gradient", "totals"], cases: crossEntropyCases },
  weighStep: { bound: 1e-28, outputs: ["weight"], cases: weighCases },
  elementwiseLoss: { bound: 5e-14, outputs: ["gradient", "totals"], cases: elementwiseCases },
  oneHot: { bound: 1e-14, outputs: ["output"], cases: oneHotCases },
};

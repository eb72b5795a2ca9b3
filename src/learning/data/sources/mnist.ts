import { idxFilesSource } from "./idx-files.ts";

/**
 * Handwritten digits. The authors' own site no longer hands out the files; the addresses are the copies that
 * TensorFlow Datasets and torchvision fetch.
 *
 * @see LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition"
 */
export const mnist = idxFilesSource({
  name: "mnist",
  title: "MNIST: handwritten digits, grey, 28x28",
  origin: { address: "http://yann.lecun.com/exdb/mnist/", licence: "CC BY-SA 3.0" },
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  imageSize: [28, 28],
  files: {
    addresses: [
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ],
  },
  examples: {
    count: 60_000,
    images: {
      name: "train-images-idx3-ubyte",
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    labels: {
      name: "train-labels-idx1-ubyte",
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
  },
  test: {
    count: 10_000,
    images: {
      name: "t10k-images-idx3-ubyte",
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
});

import { z } from "zod";

import { cifar100Classes, cifar100Superclasses, cifar10Classes } from "./cifar-classes.ts";
import { cifarFilesSource } from "./cifar-files.ts";
import { defineSourceKind, namedSource } from "./source.ts";

const page = "https://www.cs.toronto.edu/~kriz/cifar.html";
const origin = { address: page, licence: "none stated by the authors" };

/** Small photographs in colour of ten kinds of animals and vehicles. */
export const cifar10 = namedSource(
  "cifar-10",
  cifarFilesSource({
    name: "cifar-10",
    title: "CIFAR-10: photographs, colour, 32x32",
    origin,
    classes: cifar10Classes,
    labelBytes: 1,
    labelByte: 0,
    archive: {
      address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      folder: "cifar-10-batches-bin",
    },
    examples: [1, 2, 3, 4, 5].map((batch) => ({ name: `data_batch_${batch}.bin`, count: 10_000 })),
    test: [{ name: "test_batch.bin", count: 10_000 }],
  }),
);

/** The same form with a hundred classes, which are grouped into twenty superclasses. */
export const cifar100 = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("cifar-100"),
    /** The hundred classes, or their twenty superclasses. */
    labels: z.enum(["fine", "coarse"]).default("fine"),
  }),
  source: ({ labels }) =>
    cifarFilesSource({
      name: "cifar-100",
      title: `CIFAR-100: photographs, colour, 32x32, ${labels} classes`,
      origin,
      classes: labels === "fine" ? cifar100Classes : cifar100Superclasses,
      labelBytes: 2,
      labelByte: labels === "fine" ? 1 : 0,
      archive: {
        address: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
        folder: "cifar-100-binary",
      },
      examples: [{ name: "train.bin", count: 50_000 }],
      test: [{ name: "test.bin", count: 10_000 }],
    }),
});

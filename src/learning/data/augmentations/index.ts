/** The registry of augmentations: what `data.augmentation` can ask for, in the order in which it is applied. */
import { z } from "zod";

export const augmentationSchema = z.strictObject({});

export type AugmentationDocument = z.output<typeof augmentationSchema>;

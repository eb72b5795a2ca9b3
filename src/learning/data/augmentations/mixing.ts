import { z } from "zod";

import { probability } from "./augmentation.ts";

/** Of the beta distribution that shares are drawn from; below it nothing is mixed that anybody would see. */
const alpha = z.number().min(0.01).max(100);

/** @param usual what a method's paper takes */
export const mixingSchema = (usual: { readonly alpha: number; readonly probability: number }) =>
  z.strictObject({
    /** From 0.01 to 100: small ones mix little, 1 draws shares evenly. */
    alpha: alpha.default(usual.alpha),
    /** How often an example of an epoch is mixed, from 0 to 1. */
    probability: probability.default(usual.probability),
  });

import { mixingSchema } from "./mixing.ts";

/**
 * Pastes a box of another training image into each, and mixes the labels by area. The box's share of the area is drawn
 * from a beta distribution with parameters alpha, alpha, at most one half; what lies outside of the image is cut off.
 * Alpha defaults to 1, the probability to 0.5.
 *
 * @see Yun et al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features"
 */
export const cutmix = mixingSchema({ alpha: 1, probability: 0.5 });

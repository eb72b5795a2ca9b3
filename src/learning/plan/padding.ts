/** Feature counts are padded to a full vector of the widest instruction set; padded columns hold zeros throughout. */
export const featureMultiple = 16;

export function padFeatures(features: number): number {
  return Math.ceil(features / featureMultiple) * featureMultiple;
}

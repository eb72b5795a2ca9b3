export { encodePhase } from "./encode-plan.ts";
export type { BufferArgument, KernelArgument, KernelSignature } from "./kernel.ts";
export { activationFunctions, slopeSource, type ActivationFunction } from "./kernels/activation.ts";
export {
  augmentPrimitives,
  augmentPrimitiveSlots,
  augmentPrimitiveValues,
  augmentScratchFloats,
  type AugmentPrimitive,
  type AugmentPrimitiveKind,
} from "./kernels/augment.ts";
export { mixFloats, mixQuantiles } from "./kernels/mix.ts";
export { kernelTableFingerprint } from "./kernels/fingerprint.ts";
export { kernelNames, signatureOf, type KernelName } from "./kernels/index.ts";
export { paddedImageFloats } from "./kernels/convolution.ts";
export { histogramBins } from "./kernels/measure.ts";
export { optimizerSlots } from "./kernels/optimizers/index.ts";
export {
  elementsOf,
  floatsOf,
  pack,
  paddedRows,
  panelsOf,
  unpack,
  type LaidOut,
  type Layout,
} from "./layout.ts";
export { padFeatures } from "./padding.ts";
export { panelIndex } from "./panel-layout.ts";
export {
  bufferAlignment,
  noBuffer,
  type BufferId,
  type BufferRegion,
  type KernelCall,
  type PhaseName,
  type Plan,
  type PlanBuffer,
  type PlanPhase,
} from "./plan.ts";
export { verifyPlan } from "./verify-plan.ts";

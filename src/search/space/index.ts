export { applyConfiguration, checkPaths } from "./apply-configuration.ts";
export type { BetaDistribution } from "./distributions/beta.ts";
export type { CategoricalDistribution } from "./distributions/categorical.ts";
export type { ConstantDistribution } from "./distributions/constant.ts";
export type { FloatDistribution } from "./distributions/float.ts";
export type { IntegerDistribution } from "./distributions/integer.ts";
export type { LogNormalDistribution } from "./distributions/log-normal.ts";
export type { NormalDistribution } from "./distributions/normal.ts";
export type { OrdinalDistribution } from "./distributions/ordinal.ts";
export type { Scale } from "./distributions/scale.ts";
export {
  contains,
  describeDistribution,
  distributionKinds,
  fromUnit,
  gridValues,
  parseDistribution,
  toUnit,
  type Distribution,
} from "./registry.ts";
export {
  configurationKey,
  containsConfiguration,
  createSpace,
  parseSpace,
  serialiseSpace,
  type Configuration,
  type SearchParameter,
  type SearchSpace,
} from "./search-space.ts";

export { holds, parseCondition, type Allowed, type Condition } from "./condition.ts";
export { constraintText, type Constraint } from "./constraint.ts";
export { applyConfiguration, checkPaths } from "./apply-configuration.ts";
export type { DerivedValue } from "./derived.ts";
export { drawFeasible } from "./feasible.ts";
export { countCombinations } from "./combinations.ts";
export { checkGiven } from "./given.ts";
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
export type { SearchParameter } from "./parameter.ts";
export {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  containsConfiguration,
  createSpace,
  decodePoint,
  encodeConfiguration,
  parseSpace,
  serialiseSpace,
  type Configuration,
  type ParameterRecord,
  type SearchSpace,
  type SpaceRules,
  type UnitPoint,
} from "./search-space.ts";

import { betaCumulative } from "../../base/index.ts";

/** The probability that Student's t with these degrees of freedom is at least `t`. */
export function studentUpperTail(t: number, degrees: number): number {
  if (Number.isNaN(t)) return NaN;
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const beyond = betaCumulative(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? beyond : 1 - beyond;
}

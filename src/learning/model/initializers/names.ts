export const initializerNames = [
  "torch",
  "he-normal",
  "he-uniform",
  "glorot-normal",
  "glorot-uniform",
  "lecun-normal",
  "orthogonal",
  "truncated-normal",
  "zeros",
  "constant",
] as const;

export type InitializerName = (typeof initializerNames)[number];

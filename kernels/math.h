// exp, tanh and log of our own: libm differs between machines and does not exist in WebAssembly.
#pragma once
#include "vector.h"

// exp by range reduction to [-ln 2 / 2, ln 2 / 2] and a polynomial of degree 6; relative error about 1e-7.
// Arguments are clamped to [-87, 88]; NaN stays NaN.
// Source: coefficients of expf in the Cephes library (Moshier 1992).
INLINE vector exponential(const vector argument) {
  const vector lowest = splat(-87.f), highest = splat(88.f);
  vector x = choose(argument < lowest, lowest, argument);
  x = choose(x > highest, highest, x);
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number.
  const vector rounder = splat(12582912.f);
  vector n = fused_multiply_add(x, splat(1.44269504f), rounder) - rounder;
  vector r = fused_multiply_add(n, splat(-0.693359375f), x);
  r = fused_multiply_add(n, splat(2.12194440e-4f), r);
  vector p = splat(1.9875691500e-4f);
  p = fused_multiply_add(p, r, splat(1.3981999507e-3f));
  p = fused_multiply_add(p, r, splat(8.3334519073e-3f));
  p = fused_multiply_add(p, r, splat(4.1665795894e-2f));
  p = fused_multiply_add(p, r, splat(1.6666665459e-1f));
  p = fused_multiply_add(p, r, splat(5.0000001201e-1f));
  p = fused_multiply_add(p, r * r, r + splat(1.f));
  vector_mask power_of_two = (__builtin_convertvector(n, vector_mask) + 127) << 23;
  // Relaxed WebAssembly has instructions for the clamps that may turn NaN into a limit.
  return choose(argument == argument, p * (vector)power_of_two, argument);
}

// tanh: an odd polynomial near 0, where 1 - 2 / (exp(2x) + 1) would cancel; relative error about 2e-7.
// Source: coefficients of tanhf in the Cephes library (Moshier 1992).
INLINE vector hyperbolic_tangent(vector x) {
  vector square = x * x;
  vector p = splat(-5.70498872745e-3f);
  p = fused_multiply_add(p, square, splat(2.06390887954e-2f));
  p = fused_multiply_add(p, square, splat(-5.37397155531e-2f));
  p = fused_multiply_add(p, square, splat(1.33314422036e-1f));
  p = fused_multiply_add(p, square, splat(-3.33332819422e-1f));
  vector near_zero = fused_multiply_add(p * square, x, x);
  vector far = splat(1.f) - splat(2.f) / (exponential(x + x) + splat(1.f));
  return choose(absolute(x) < splat(0.625f), near_zero, far);
}

INLINE vector logistic(vector x) { return splat(1.f) / (splat(1.f) + exponential(-x)); }

// Natural logarithm of a positive normal double: log(m 2^e) = 2 atanh((m - 1) / (m + 1)) + e ln 2, m in [0.7, 1.42).
// Relative error below 1e-14. Infinity and NaN come back as they are.
INLINE double logarithm(double x) {
  union {
    double value;
    uint64_t bits;
  } u = {x};
  int exponent = (int)(u.bits >> 52) - 1023;
  if (exponent == 1024) return x;
  u.bits = (u.bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
  if (u.value > 1.4142135623730951) {
    u.value *= 0.5;
    exponent++;
  }
  double z = (u.value - 1) / (u.value + 1), square = z * z, sum = 1. / 19;
  for (int power = 17; power >= 1; power -= 2) sum = sum * square + 1. / power;
  return 2 * z * sum + exponent * 0.6931471805599453;
}

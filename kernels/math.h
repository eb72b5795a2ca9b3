// exp, tanh and log of our own: libm differs between machines and does not exist in WebAssembly.
#pragma once
#include "vector.h"

// exp(x) = (1 + r + r^2 p) 2^n with r in [-ln 2 / 2, ln 2 / 2]. @returns p
INLINE vector reduced_exponential(const vector argument, vector *power_of_two, vector *r) {
  const vector lowest = splat(-87.f), highest = splat(88.f);
  vector x = choose(argument < lowest, lowest, argument);
  x = choose(x > highest, highest, x);
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest whole number.
  const vector rounder = splat(12582912.f);
  vector n = fused_multiply_add(x, splat(1.44269504f), rounder) - rounder;
  *r = fused_multiply_add(n, splat(-0.693359375f), x);
  *r = fused_multiply_add(n, splat(2.12194440e-4f), *r);
  vector p = splat(1.9875691500e-4f);
  p = fused_multiply_add(p, *r, splat(1.3981999507e-3f));
  p = fused_multiply_add(p, *r, splat(8.3334519073e-3f));
  p = fused_multiply_add(p, *r, splat(4.1665795894e-2f));
  p = fused_multiply_add(p, *r, splat(1.6666665459e-1f));
  p = fused_multiply_add(p, *r, splat(5.0000001201e-1f));
  *power_of_two = (vector)((__builtin_convertvector(n, vector_mask) + 127) << 23);
  return p;
}

// exp by range reduction and a polynomial of degree 6; relative error about 1e-7. Arguments are clamped to [-87, 88];
// NaN stays NaN.
// Source: coefficients of expf in the Cephes library (Moshier 1992).
INLINE vector exponential(const vector argument) {
  vector power_of_two, r;
  const vector p = reduced_exponential(argument, &power_of_two, &r);
  // Relaxed WebAssembly has instructions for the clamps that may turn NaN into a limit.
  return choose(argument == argument, fused_multiply_add(p, r * r, r + splat(1.f)) * power_of_two, argument);
}

// exp(x) - 1, with all its digits near 0 too.
INLINE vector exponential_minus_1(const vector argument) {
  vector power_of_two, r;
  const vector p = reduced_exponential(argument, &power_of_two, &r);
  const vector result =
      fused_multiply_add(fused_multiply_add(p, r * r, r), power_of_two, power_of_two - splat(1.f));
  return choose(argument == argument, result, argument);
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

// log(1 + x) for x in [0, 1]: 2 atanh(x / (2 + x)) by its series, which is short since the argument is at most 1/3.
// Relative error about 2e-7, for small x too.
INLINE vector logarithm_of_1_plus(vector x) {
  const vector z = x / (splat(2.f) + x), square = z * z;
  vector sum = splat(2.f / 17);
  UNROLL
  for (int power = 15; power >= 3; power -= 2) sum = fused_multiply_add(sum, square, splat(2.f / (float)power));
  return fused_multiply_add(sum * square, z, z + z);
}

// The standard normal distribution function and its density, for |x| up to 13. With a = |x| and t = 1 / (1 + a / 3) the
// smaller tail is exp(-a^2 / 2) p(t), so that it keeps its digits however small it is; relative error about 3e-7, and
// a^2 / 2 times the rounding of the exponent in the far tail.
// Source: the form is that of Abramowitz and Stegun 1964, 7.1.26 (Hastings 1955); p is fitted to the least largest relative
// error on t(13) <= t <= 1, which is 7e-9.
INLINE vector normal_distribution(vector x, vector *density) {
  const vector a = absolute(x);
  const vector exponent = exponential(a * a * splat(-0.5f));
  const vector t = splat(1.f) / fused_multiply_add(a, splat(1.f / 3), splat(1.f));
  vector p = splat(-0.0277253035f);
  p = fused_multiply_add(p, t, splat(0.154469475f));
  p = fused_multiply_add(p, t, splat(-0.32484147f));
  p = fused_multiply_add(p, t, splat(0.283786863f));
  p = fused_multiply_add(p, t, splat(-0.10184285f));
  p = fused_multiply_add(p, t, splat(0.143067211f));
  p = fused_multiply_add(p, t, splat(0.105370656f));
  p = fused_multiply_add(p, t, splat(0.134891227f));
  p = fused_multiply_add(p, t, splat(0.132818177f));
  p = fused_multiply_add(p, t, splat(6.01752572e-06f));
  const vector tail = exponent * p;
  *density = exponent * splat(0.39894228f);
  return choose(x > splat(0.f), splat(1.f) - tail, tail);
}

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

// exp of a double of at most some hundreds, by its series about the nearest multiple of ln 2. Relative error below 1e-15.
INLINE double exponential_of_double(double x) {
  const double n = x * 1.4426950408889634;
  const int64_t power = (int64_t)(n < 0 ? n - 0.5 : n + 0.5);
  // ln 2 in two parts, so that the rest is exact.
  const double r = (x - (double)power * 0.693147180369123816490) - (double)power * 1.90821492927058770002e-10;
  double sum = 1;
  for (int term = 14; term >= 1; term--) sum = 1 + sum * r * (1. / term);
  union {
    uint64_t bits;
    double value;
  } scale = {(uint64_t)(power + 1023) << 52};
  return sum * scale.value;
}

// Sine and cosine of some turns by their series about the nearest quarter; exact for whole quarters, error below 1e-15.
INLINE void sine_and_cosine_of_turns(double turns, double *sine, double *cosine) {
  const int64_t quarter = (int64_t)(4 * turns + (turns < 0 ? -0.5 : 0.5));
  const double a = (turns - 0.25 * (double)quarter) * 6.283185307179586, square = a * a;
  double s = 1, c = 1;
  for (int n = 16; n >= 2; n -= 2) {
    s = 1 - s * square * (1. / (n * (n + 1)));
    c = 1 - c * square * (1. / (n * (n - 1)));
  }
  s *= a;
  const int turned = (int)(quarter & 3);
  *sine = turned == 0 ? s : turned == 1 ? c : turned == 2 ? -s : -c;
  *cosine = turned == 0 ? c : turned == 1 ? -s : turned == 2 ? -c : s;
}

// Natural logarithm of a normal positive float, as `logarithm`; relative error about 2e-7, for arguments near 1 too.
INLINE vector logarithm_of_vector(vector x) {
  const vector_mask exponent = ((vector_mask)x - 0x3f3504f3) >> 23;
  const vector m = (vector)((vector_mask)x - (exponent << 23));
  const vector z = (m - splat(1.f)) / (m + splat(1.f)), square = z * z;
  vector sum = splat(2.f / 9);
  UNROLL
  for (int power = 7; power >= 3; power -= 2) sum = fused_multiply_add(sum, square, splat(2.f / (float)power));
  const vector log_m = fused_multiply_add(sum * square, z, z + z);
  return fused_multiply_add(__builtin_convertvector(exponent, vector), splat(0.69314718f), log_m);
}

// Two independent normal numbers from two words of chance, by the transform of Box and Muller.
INLINE void normal_pair(vector_mask radius_word, vector_mask angle_word, vector *first, vector *second) {
  // (k + 1) / 2^24 and k / 2^24 with whole k: exact.
  const vector_mask upper = (vector_mask)(radius_word >> 8) & 0xffffff;
  const vector uniform = __builtin_convertvector(upper + 1, vector) * splat(0x1p-24f);
  const vector radius = scaled_square_root(logarithm_of_vector(uniform) * splat(-2.f)) * splat((float)SQUARE_ROOT_SCALE);
  const vector turns = __builtin_convertvector(angle_word >> 8, vector) * splat(0x1p-24f);
  const vector rounder = splat(12582912.f);
  const vector quarters = fused_multiply_add(turns, splat(4.f), rounder) - rounder;
  const vector a = fused_multiply_add(quarters, splat(-0.25f), turns) * splat(6.2831853f), square = a * a;
  vector s = splat(1.f), c = splat(1.f);
  UNROLL
  for (int n = 10; n >= 2; n -= 2) {
    s = fused_multiply_add(s * square, splat(-1.f / (float)(n * (n + 1))), splat(1.f));
    c = fused_multiply_add(c * square, splat(-1.f / (float)(n * (n - 1))), splat(1.f));
  }
  s *= a;
  const vector_mask quarter = __builtin_convertvector(quarters, vector_mask), is_odd = -(quarter & 1);
  const vector_mask sine = (vector_mask)choose(is_odd, c, s) ^ ((quarter & 2) << 30);
  const vector_mask cosine = (vector_mask)choose(is_odd, s, c) ^ (((quarter + 1) & 2) << 30);
  *first = radius * (vector)cosine;
  *second = radius * (vector)sine;
}

// The multiply-add peak of this core at this vector width: twelve independent chains, nothing else.
#include "vector.h"

enum { PEAK_CHAINS = 12 };

// Floating-point operations done by one call: iterations * PEAK_CHAINS * VECTOR_FLOATS * 2.
static float peak_loop(int32_t iterations, float x, float y) {
  const vector a = splat(x), b = splat(y);
  vector c0 = a, c1 = c0 + a, c2 = c1 + a, c3 = c2 + a, c4 = c3 + a, c5 = c4 + a, c6 = c5 + a, c7 = c6 + a,
         c8 = c7 + a, c9 = c8 + a, c10 = c9 + a, c11 = c10 + a;
  for (int32_t i = 0; i < iterations; i++) {
    c0 = fused_multiply_add(c0, b, a);
    c1 = fused_multiply_add(c1, b, a);
    c2 = fused_multiply_add(c2, b, a);
    c3 = fused_multiply_add(c3, b, a);
    c4 = fused_multiply_add(c4, b, a);
    c5 = fused_multiply_add(c5, b, a);
    c6 = fused_multiply_add(c6, b, a);
    c7 = fused_multiply_add(c7, b, a);
    c8 = fused_multiply_add(c8, b, a);
    c9 = fused_multiply_add(c9, b, a);
    c10 = fused_multiply_add(c10, b, a);
    c11 = fused_multiply_add(c11, b, a);
  }
  const vector sum = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11;
  float total = 0;
  for (int i = 0; i < VECTOR_FLOATS; i++) total += sum[i];
  return total;
}

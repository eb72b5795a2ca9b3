// Sums in sixteen lanes of doubles at every vector width, so that their order does not depend on the instruction set.
#pragma once
#include "vector.h"

// Half as many floats as a vector has, and as many doubles.
typedef float float_half __attribute__((vector_size(VECTOR_FLOATS * 2)));
typedef double doubles __attribute__((vector_size(VECTOR_FLOATS * 4)));

enum { SQUARE_LANES = 16, SQUARE_VECTORS = SQUARE_LANES / VECTOR_FLOATS };

typedef struct {
  doubles low[SQUARE_VECTORS], high[SQUARE_VECTORS];
} square_sum;

#if VECTOR_FLOATS == 16
#define LOW_HALF(v) __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define HIGH_HALF(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)
#elif VECTOR_FLOATS == 8
#define LOW_HALF(v) __builtin_shufflevector(v, v, 0, 1, 2, 3)
#define HIGH_HALF(v) __builtin_shufflevector(v, v, 4, 5, 6, 7)
#else
#define LOW_HALF(v) __builtin_shufflevector(v, v, 0, 1)
#define HIGH_HALF(v) __builtin_shufflevector(v, v, 2, 3)
#endif

// Adds the squares of vector number `part` of sixteen floats. Products of floats are exact in doubles.
INLINE void add_squares_to(square_sum *sum, const int part, vector v) {
  const doubles low = __builtin_convertvector((float_half)LOW_HALF(v), doubles);
  const doubles high = __builtin_convertvector((float_half)HIGH_HALF(v), doubles);
  sum->low[part] += low * low;
  sum->high[part] += high * high;
}

INLINE double total_of(const square_sum *sum) {
  double total = 0;
  for (int part = 0; part < SQUARE_VECTORS; part++) {
    for (int l = 0; l < VECTOR_FLOATS / 2; l++) total += sum->low[part][l];
    for (int l = 0; l < VECTOR_FLOATS / 2; l++) total += sum->high[part][l];
  }
  return total;
}

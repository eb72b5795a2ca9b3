// Sums in sixteen lanes of doubles at every vector width, so that their order does not depend on the instruction set.
#pragma once
#include "vector.h"

typedef struct {
  double lane[16];
} lanes;

// Adds the squares of a vector whose first element is number `place` of the buffer.
INLINE void add_squares_to(lanes *sum, intptr_t place, vector v) {
  const intptr_t first = place % 16;
  UNROLL for (int l = 0; l < VECTOR_FLOATS; l++) sum->lane[first + l] += (double)v[l] * (double)v[l];
}

INLINE double lanes_total(const lanes *sum) {
  double total = 0;
  for (int l = 0; l < 16; l++) total += sum->lane[l];
  return total;
}

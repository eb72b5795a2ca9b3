// Sums in double precision and in sixteen lanes, so that their order is the same at every vector width. Half a vector of
// floats is a vector of doubles.
#pragma once
#include "vector.h"

enum { SUM_LANES = 16, HALF_VECTOR = VECTOR_FLOATS / 2, HALVES = SUM_LANES / HALF_VECTOR };
typedef float half_vector __attribute__((vector_size(HALF_VECTOR * 4), aligned(4), may_alias));
typedef double double_vector __attribute__((vector_size(HALF_VECTOR * 8)));
typedef struct {
  double_vector half[HALVES];
} lane_sums;

INLINE double_vector load_double(const float *p) {
  return __builtin_convertvector(*(const half_vector *)p, double_vector);
}

INLINE double add_lanes(const lane_sums *sums) {
  double total = 0;
  for (int h = 0; h < HALVES; h++)
    for (int l = 0; l < HALF_VECTOR; l++) total += sums->half[h][l];
  return total;
}

// What normalisations share: moments and sums of channels over rows, and the two maps from rows to rows.
//
// Every channel is a lane of its own that goes through the rows in order, so the width of vectors changes nothing. Sums run
// in float32 within blocks of rows and in float64 over the blocks.
#pragma once
#include "vector.h"

// Doubles in the arena's scratch buffers.
typedef double wide __attribute__((may_alias));

enum { NORM_BLOCK = 64, NORM_TILE_VECTORS = 4, NORM_TILE = NORM_TILE_VECTORS * VECTOR_FLOATS };

// What is left of the normalisation of a channel: (x - centre) * factor + shift. The gradient's mask computes the same.
INLINE vector normalized(vector x, vector centre, vector factor, vector shift) {
  return fused_multiply_add(x - centre, factor, shift);
}

// Sums of d and d * d of a block, where d is the distance from its first row.
INLINE void block_moments(const int vectors, const float *block, intptr_t rows, intptr_t channels, float *sum,
                          float *square) {
  vector pivot[NORM_TILE_VECTORS], s[NORM_TILE_VECTORS], q[NORM_TILE_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) {
    pivot[v] = load(block + v * VECTOR_FLOATS);
    s[v] = q[v] = splat(0.f);
  }
  for (intptr_t row = 1; row < rows; row++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      const vector d = load(block + row * channels + v * VECTOR_FLOATS) - pivot[v];
      s[v] += d;
      q[v] = fused_multiply_add(d, d, q[v]);
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    store(sum + v * VECTOR_FLOATS, s[v]);
    store(square + v * VECTOR_FLOATS, q[v]);
  }
}

// mean[c] and the sum of squared distances from it, squares[c], of values [rows, channels].
// Source: Chan et al. 1983 for joining two parts.
static void channel_moments(const float *values, intptr_t rows, intptr_t channels, wide *mean, wide *squares) {
  for (intptr_t c = 0; c < channels; c++) mean[c] = squares[c] = 0;
  for (intptr_t first = 0; first < rows; first += NORM_BLOCK) {
    const intptr_t count = rows - first < NORM_BLOCK ? rows - first : NORM_BLOCK;
    const float *block = values + first * channels;
    const double part = 1. / (double)count, share = (double)count / (double)(first + count);
    const double weight = (double)first * share;
    for (intptr_t c = 0; c < channels;) {
      float sum[NORM_TILE], square[NORM_TILE];
      int lanes = NORM_TILE;
      if (channels - c >= NORM_TILE) {
        block_moments(NORM_TILE_VECTORS, block + c, count, channels, sum, square);
      } else {
        block_moments(1, block + c, count, channels, sum, square);
        lanes = VECTOR_FLOATS;
      }
      for (int l = 0; l < lanes; l++) {
        const double s = sum[l], distance = (double)block[c + l] + s * part - mean[c + l];
        mean[c + l] += distance * share;
        squares[c + l] += (double)square[l] - s * s * part + distance * distance * weight;
      }
      c += lanes;
    }
  }
}

// Rounding may leave a sum of squares just below 0; NaN stays.
INLINE double inverse_deviation(double variance, double epsilon) {
  return 1 / __builtin_sqrt((variance < 0 ? 0 : variance) + epsilon);
}

// One row of each per channel. Only the gradient has `mean` and `slope`.
typedef struct {
  const float *centre, *factor, *shift, *mean, *slope;
  int is_relu;
} channel_rows;

INLINE void block_sums(const int vectors, const int is_masked, const float *x, const float *gradient, intptr_t rows,
                       intptr_t channels, const channel_rows *of, float *product, float *sum) {
  vector centre[NORM_TILE_VECTORS], p[NORM_TILE_VECTORS], s[NORM_TILE_VECTORS];
  UNROLL for (int v = 0; v < vectors; v++) {
    centre[v] = load(of->centre + v * VECTOR_FLOATS);
    p[v] = s[v] = splat(0.f);
  }
  for (intptr_t row = 0; row < rows; row++) {
    UNROLL for (int v = 0; v < vectors; v++) {
      const intptr_t at = row * channels + v * VECTOR_FLOATS;
      const vector value = load(x + at);
      vector g = load(gradient + at);
      if (is_masked) {
        const vector factor = load(of->factor + v * VECTOR_FLOATS), shift = load(of->shift + v * VECTOR_FLOATS);
        g = where_positive(g, normalized(value, centre[v], factor, shift));
      }
      p[v] = fused_multiply_add(g, value - centre[v], p[v]);
      s[v] += g;
    }
  }
  UNROLL for (int v = 0; v < vectors; v++) {
    store(product + v * VECTOR_FLOATS, p[v]);
    store(sum + v * VECTOR_FLOATS, s[v]);
  }
}

INLINE void channel_sums_masked(const int is_masked, const float *x, const float *gradient, intptr_t rows,
                                intptr_t channels, const channel_rows *of, wide *products, wide *sums) {
  enum { VECTORS = 2, TILE = VECTORS * VECTOR_FLOATS };
  for (intptr_t c = 0; c < channels; c++) products[c] = sums[c] = 0;
  for (intptr_t first = 0; first < rows; first += NORM_BLOCK) {
    const intptr_t count = rows - first < NORM_BLOCK ? rows - first : NORM_BLOCK, start = first * channels;
    for (intptr_t c = 0; c < channels;) {
      float product[TILE], sum[TILE];
      const channel_rows here = {of->centre + c, of->factor + c, of->shift + c, 0, 0, is_masked};
      int lanes = TILE;
      if (channels - c >= TILE) {
        block_sums(VECTORS, is_masked, x + start + c, gradient + start + c, count, channels, &here, product, sum);
      } else {
        block_sums(1, is_masked, x + start + c, gradient + start + c, count, channels, &here, product, sum);
        lanes = VECTOR_FLOATS;
      }
      for (int l = 0; l < lanes; l++) {
        products[c + l] += (double)product[l];
        sums[c + l] += (double)sum[l];
      }
      c += lanes;
    }
  }
}

// products[c] = sum of g * (x - centre), sums[c] = sum of g, where g is the gradient, or 0 where the relu is.
static void channel_sums(const float *x, const float *gradient, intptr_t rows, intptr_t channels,
                         const channel_rows *of, wide *products, wide *sums) {
  if (of->is_relu) channel_sums_masked(1, x, gradient, rows, channels, of, products, sums);
  else channel_sums_masked(0, x, gradient, rows, channels, of, products, sums);
}

// output = activation((x - centre) * factor + shift)
static void normalize_rows(const float *x, intptr_t rows, intptr_t channels, const channel_rows *of, float *output) {
  for (intptr_t row = 0; row < rows; row++, x += channels, output += channels) {
    for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
      const vector y = normalized(load(x + c), load(of->centre + c), load(of->factor + c), load(of->shift + c));
      store(output + c, of->is_relu ? positive_part(y) : y);
    }
  }
}

// result = g * factor - mean - (x - centre) * slope, where g is the gradient, or 0 where the relu is.
static void gradient_rows_of_norm(const float *x, const float *gradient, intptr_t rows, intptr_t channels,
                                  const channel_rows *of, float *result) {
  for (intptr_t row = 0; row < rows; row++, x += channels, gradient += channels, result += channels) {
    for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
      const vector value = load(x + c), centre = load(of->centre + c), factor = load(of->factor + c);
      vector g = load(gradient + c);
      if (of->is_relu) g = where_positive(g, normalized(value, centre, factor, load(of->shift + c)));
      const vector centred = fused_multiply_add(g, factor, -load(of->mean + c));
      store(result + c, fused_subtract_product(centred, value - centre, load(of->slope + c)));
    }
  }
}

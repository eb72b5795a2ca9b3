// Measurements. Contracts: src/learning/plan/kernels/measure.ts.
//
// Sums are taken in double precision, where squares of the smallest floats are not lost, and in sixteen lanes at every
// vector width, so that their order does not depend on the instruction set.
#include "abi.generated.h"
#include "context.h"
#include "double-lanes.h"

typedef int64_t double_mask __attribute__((vector_size(HALF_VECTOR * 8)));
INLINE double_vector absolute_double(double_vector v) { return (double_vector)((double_mask)v & INT64_MAX); }

// Adds up values [count], absolute ones and their squares.
INLINE void sum_values(const float *values, intptr_t count, const int with_squares, double *total, double *squares) {
  lane_sums sum = {0}, square = {0};
  intptr_t i = 0;
  for (; i + SUM_LANES <= count; i += SUM_LANES) {
    UNROLL for (int h = 0; h < HALVES; h++) {
      double_vector v = load_double(values + i + h * HALF_VECTOR);
      sum.half[h] += absolute_double(v);
      // The square of a float is exact in double precision: fused or not makes no difference.
      if (with_squares) square.half[h] += v * v;
    }
  }
  for (; i < count; i++) {
    const double v = values[i];
    const intptr_t l = i % SUM_LANES;
    sum.half[l / HALF_VECTOR][l % HALF_VECTOR] += __builtin_fabs(v);
    if (with_squares) square.half[l / HALF_VECTOR][l % HALF_VECTOR] += v * v;
  }
  *total = add_lanes(&sum);
  if (with_squares) *squares = add_lanes(&square);
}

static void absolute_sum(const context *ctx, const absolute_sum_arguments *args) {
  double total;
  sum_values(ctx->arena + args->values, args->count, 0, &total, 0);
  ctx->slots[args->total] += total;
}

static void magnitudes(const context *ctx, const magnitudes_arguments *args) {
  double total, squares;
  sum_values(ctx->arena + args->values, args->count, 1, &total, &squares);
  ctx->slots[args->total] += total;
  ctx->slots[args->norm] += __builtin_sqrt(squares);
}

static void row_magnitudes(const context *ctx, const row_magnitudes_arguments *args) {
  const float *row = ctx->arena + args->squares;
  double total, squares;
  sum_values(ctx->arena + args->magnitude, args->count, 0, &total, 0);
  ctx->slots[args->total] += total;
  sum_values(row, args->count, 0, &squares, 0);
  ctx->slots[args->norm] += __builtin_sqrt(squares) * (double)row[args->count];
}

// The order of the choices in the kernel table.
enum { UNBOUNDED, SIGMOID_RANGE, TANH_RANGE };

// All ones where a value is within a twentieth of the range of one of its ends.
INLINE vector_mask is_saturated(const int range, vector v) {
  return range == SIGMOID_RANGE ? (vector_mask)((v < splat(0.05f)) | (v > splat(0.95f)))
                                : (vector_mask)(absolute(v) > splat(0.9f));
}

INLINE void measure_rows(const int range, const context *ctx, const activation_statistics_arguments *args) {
  const float *values = ctx->arena + args->values;
  float *largest = ctx->arena + args->largest;
  const intptr_t rows = (intptr_t)ctx->batch * args->runs, stride = args->stride;
  lane_sums sum = {0}, magnitude = {0}, square = {0};
  vector_mask saturated = {0};
  for (intptr_t row = 0; row < rows; row++, values += stride) {
    for (intptr_t column = 0; column < stride; column += SUM_LANES) {
      UNROLL for (int h = 0; h < HALVES; h++) {
        double_vector v = load_double(values + column + h * HALF_VECTOR);
        sum.half[h] += v;
        magnitude.half[h] += absolute_double(v);
        square.half[h] += v * v;
      }
      UNROLL for (int l = 0; l < SUM_LANES; l += VECTOR_FLOATS) {
        const vector v = load(values + column + l), size = absolute(v), known = load(largest + column + l);
        store(largest + column + l, choose(size > known, size, known));
        // A mask is -1 where it holds.
        if (range != UNBOUNDED) saturated -= is_saturated(range, v);
      }
    }
  }
  int64_t near_end = 0;
  for (int l = 0; l < VECTOR_FLOATS; l++) near_end += saturated[l];
  // Padding is 0, which is an end of the sigmoid's range.
  if (range == SIGMOID_RANGE) near_end -= rows * (stride - args->features);
  double *totals = ctx->slots + args->totals;
  totals[0] += add_lanes(&sum);
  totals[1] += add_lanes(&magnitude);
  totals[2] += add_lanes(&square);
  totals[3] += (double)near_end;
}

static void activation_statistics(const context *ctx, const activation_statistics_arguments *args) {
  switch (args->range) {
    case UNBOUNDED: measure_rows(UNBOUNDED, ctx, args); break;
    case SIGMOID_RANGE: measure_rows(SIGMOID_RANGE, ctx, args); break;
    default: measure_rows(TANH_RANGE, ctx, args); break;
  }
}

INLINE void count_values(const float *values, intptr_t count, double *bins) {
  for (intptr_t i = 0; i < count; i++) {
    union {
      float value;
      uint32_t bits;
    } u = {values[i]};
    bins[u.bits >> 23] += 1;
  }
}

static void histogram_of_batch(const context *ctx, const histogram_of_batch_arguments *args) {
  if (ctx->slots[args->is_on] != 1) return;
  count_values(ctx->arena + args->values, (intptr_t)ctx->batch * args->stride, ctx->slots + args->counts);
}

static void histogram_of_whole(const context *ctx, const histogram_of_whole_arguments *args) {
  if (ctx->slots[args->is_on] != 1) return;
  count_values(ctx->arena + args->values, args->count, ctx->slots + args->counts);
}

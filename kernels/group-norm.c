// Layer and group normalisation. Contracts: src/learning/plan/kernels/group-norm.ts.
#include "abi.generated.h"
#include "context.h"
#include "double-lanes.h"
#include "norm.h"

// Sum over [pixels, channels] of x - centre, or of its square.
INLINE double sum_of_distances(const int squares, const float *x, intptr_t pixels, intptr_t channels, intptr_t stride,
                               double centre) {
  const intptr_t whole = channels - channels % SUM_LANES;
  lane_sums sum = {0};
  double rest = 0;
  for (intptr_t pixel = 0; pixel < pixels; pixel++, x += stride) {
    for (intptr_t c = 0; c < whole; c += SUM_LANES) {
      UNROLL for (int h = 0; h < HALVES; h++) {
        const double_vector d = load_double(x + c + h * HALF_VECTOR) - centre;
        sum.half[h] += squares ? d * d : d;
      }
    }
    for (intptr_t c = whole; c < channels; c++) {
      const double d = (double)x[c] - centre;
      rest += squares ? d * d : d;
    }
  }
  return add_lanes(&sum) + rest;
}

static void group_statistics(const context *ctx, const group_statistics_arguments *args) {
  const intptr_t channels = args->channels, stride = args->stride, pixels = args->pixels, groups = args->groups;
  const intptr_t width = channels / groups, all = args->instances * groups;
  const double part = 1. / (double)(pixels * width), epsilon = ctx->slots[args->epsilon];
  const float *x = ctx->arena + args->input;
  float *statistics = ctx->arena + args->statistics;
  wide *channel_mean = (wide *)(ctx->arena + args->scratch), *channel_squares = channel_mean + stride;
  for (intptr_t b = 0; b < ctx->batch; b++, statistics += args->statistics_row) {
    for (intptr_t i = 0; i < args->instances; i++, x += pixels * stride) {
      if (groups > 1) channel_moments(x, pixels, stride, channel_mean, channel_squares);
      for (intptr_t g = 0; g < groups; g++) {
        double mean = 0, squares = 0;
        if (groups == 1) {
          mean = sum_of_distances(0, x, pixels, channels, stride, 0) * part;
          squares = sum_of_distances(1, x, pixels, channels, stride, mean);
        } else {
          const wide *means = channel_mean + g * width;
          for (intptr_t c = 0; c < width; c++) mean += means[c];
          mean /= (double)width;
          for (intptr_t c = 0; c < width; c++) {
            const double distance = means[c] - mean;
            squares += channel_squares[g * width + c] + distance * distance * (double)pixels;
          }
        }
        statistics[i * groups + g] = (float)mean;
        statistics[all + i * groups + g] = (float)inverse_deviation(squares * part, epsilon);
      }
    }
    for (intptr_t rest = 2 * all; rest < args->statistics_row; rest++) statistics[rest] = 0;
  }
}

// The statistics of one example's instance, spread over the channels of its groups: three rows in `scratch`.
static channel_rows spread_groups(const float *mean, const float *inverse, const float *scale, const float *shift,
                                  float *scratch, intptr_t channels, intptr_t stride, intptr_t groups, int is_relu) {
  const intptr_t width = channels / groups;
  float *centre = scratch, *factor = scratch + stride, *rest = factor + stride;
  for (intptr_t c = 0; c < channels; c++) {
    centre[c] = mean[c / width];
    factor[c] = scale ? inverse[c / width] * scale[c] : inverse[c / width];
    rest[c] = shift ? shift[c] : 0;
  }
  for (intptr_t c = channels; c < stride; c++) centre[c] = factor[c] = rest[c] = 0;
  return (channel_rows){centre, factor, rest, 0, 0, is_relu};
}

INLINE void clear_columns(float *row, intptr_t first, intptr_t end) {
  for (intptr_t c = first; c < end; c++) row[c] = 0;
}

INLINE const float *optional_buffer(const float *arena, int32_t offset) { return offset >= 0 ? arena + offset : 0; }

static void group_norm(const context *ctx, const group_norm_arguments *args) {
  const intptr_t channels = args->channels, stride = args->stride, pixels = args->pixels, groups = args->groups;
  const intptr_t all = args->instances * groups, next_pixel = args->affine == 1 ? stride : 0;
  const float *x = ctx->arena + args->input, *statistics = ctx->arena + args->statistics;
  const float *scale = optional_buffer(ctx->arena, args->scale), *shift = optional_buffer(ctx->arena, args->shift);
  float *output = ctx->arena + args->output;
  const int is_relu = args->activation == 1;
  for (intptr_t b = 0; b < ctx->batch; b++, statistics += args->statistics_row) {
    for (intptr_t i = 0; i < args->instances; i++) {
      const float *mean = statistics + i * groups, *inverse = mean + all;
      if (groups > 1) {
        const channel_rows of = spread_groups(mean, inverse, scale, shift, ctx->arena + args->scratch, channels, stride,
                                              groups, is_relu);
        normalize_rows(x, pixels, stride, &of, output);
        x += pixels * stride;
        output += pixels * stride;
        continue;
      }
      for (intptr_t pixel = 0; pixel < pixels; pixel++, x += stride, output += stride) {
        const intptr_t at = pixel * next_pixel;
        for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS) {
          const vector factor = scale ? splat(*inverse) * load(scale + at + c) : splat(*inverse);
          const vector rest = shift ? load(shift + at + c) : splat(0.f);
          const vector y = normalized(load(x + c), splat(*mean), factor, rest);
          store(output + c, is_relu ? positive_part(y) : y);
        }
        clear_columns(output, channels, stride);
      }
    }
  }
}

// What the gradient of one group that is a whole instance is made of, pixel by pixel.
typedef struct {
  intptr_t pixels, channels, stride, next_pixel;
  const float *scale, *shift;
  float *scale_gradient, *shift_gradient;
  int is_relu;
} instance;

// g where the relu lets it through.
INLINE vector masked_gradient(const instance *of, const float *gradient, vector distance, vector factor, intptr_t at) {
  const vector g = load(gradient);
  if (!of->is_relu) return g;
  const vector rest = of->shift ? load(of->shift + at) : splat(0.f);
  return where_positive(g, fused_multiply_add(distance, factor, rest));
}

static void instance_gradient(const instance *of, const float *x, const float *gradient, float mean, float inverse,
                              float *result) {
  const vector centre = splat(mean);
  lane_sums products = {0}, sums = {0};
  for (intptr_t pixel = 0; pixel < of->pixels; pixel++) {
    for (intptr_t c = 0; c < of->stride; c += SUM_LANES) {
      float product[SUM_LANES], scaled[SUM_LANES];
      UNROLL for (int l = 0; l < SUM_LANES; l += VECTOR_FLOATS) {
        const intptr_t value = pixel * of->stride + c + l, at = pixel * of->next_pixel + c + l;
        const vector scale = of->scale ? load(of->scale + at) : splat(1.f), factor = splat(inverse) * scale;
        const vector distance = load(x + value) - centre;
        const vector g = masked_gradient(of, gradient + value, distance, factor, at);
        store(scaled + l, g * scale);
        store(product + l, g * scale * distance);
        if (of->scale_gradient) {
          float *s = of->scale_gradient + at;
          store(s, fused_multiply_add(g, distance * splat(inverse), load(s)));
        }
        if (of->shift_gradient) store(of->shift_gradient + at, load(of->shift_gradient + at) + g);
      }
      UNROLL for (int h = 0; h < HALVES; h++) {
        products.half[h] += load_double(product + h * HALF_VECTOR);
        sums.half[h] += load_double(scaled + h * HALF_VECTOR);
      }
    }
  }
  const double part = (double)inverse / (double)(of->pixels * of->channels);
  const vector offset = splat((float)(-add_lanes(&sums) * part));
  const vector slope = splat((float)(add_lanes(&products) * part * (double)inverse * (double)inverse));
  for (intptr_t pixel = 0; pixel < of->pixels; pixel++) {
    for (intptr_t c = 0; c < of->stride; c += VECTOR_FLOATS) {
      const intptr_t value = pixel * of->stride + c, at = pixel * of->next_pixel + c;
      const vector factor = of->scale ? splat(inverse) * load(of->scale + at) : splat(inverse);
      const vector distance = load(x + value) - centre;
      const vector g = masked_gradient(of, gradient + value, distance, factor, at);
      store(result + value, fused_subtract_product(fused_multiply_add(g, factor, offset), distance, slope));
    }
    clear_columns(result + pixel * of->stride, of->channels, of->stride);
  }
}

static void groups_gradient(const instance *of, const float *x, const float *gradient, const float *mean,
                            const float *inverse, intptr_t groups, float *scratch, float *result) {
  const intptr_t stride = of->stride, width = of->channels / groups;
  wide *products = (wide *)scratch, *sums = products + stride;
  float *rows = scratch + 4 * stride, *offset = rows + 3 * stride, *slope = offset + stride;
  channel_rows channel =
      spread_groups(mean, inverse, of->scale, of->shift, rows, of->channels, stride, groups, of->is_relu);
  channel_sums(x, gradient, of->pixels, stride, &channel, products, sums);
  for (intptr_t g = 0; g < groups; g++) {
    const double inverse_of_group = inverse[g], part = inverse_of_group / (double)(of->pixels * width);
    double product = 0, sum = 0;
    for (intptr_t c = g * width; c < (g + 1) * width; c++) {
      const double scale = of->scale ? of->scale[c] : 1;
      product += scale * products[c];
      sum += scale * sums[c];
      if (of->scale_gradient) of->scale_gradient[c] += (float)(products[c] * inverse_of_group);
      if (of->shift_gradient) of->shift_gradient[c] += (float)sums[c];
    }
    for (intptr_t c = g * width; c < (g + 1) * width; c++) {
      offset[c] = (float)(sum * part);
      slope[c] = (float)(product * part * inverse_of_group * inverse_of_group);
    }
  }
  clear_columns(offset, of->channels, stride);
  clear_columns(slope, of->channels, stride);
  channel.mean = offset;
  channel.slope = slope;
  gradient_rows_of_norm(x, gradient, of->pixels, stride, &channel, result);
}

static void group_norm_gradient(const context *ctx, const group_norm_gradient_arguments *args) {
  float *arena = ctx->arena;
  const intptr_t stride = args->stride, groups = args->groups, all = args->instances * groups;
  const intptr_t example = args->pixels * stride, weights = args->affine == 1 ? example : stride;
  const instance of = {
      .pixels = args->pixels,
      .channels = args->channels,
      .stride = stride,
      .next_pixel = args->affine == 1 ? stride : 0,
      .scale = optional_buffer(arena, args->scale),
      .shift = optional_buffer(arena, args->shift),
      .scale_gradient = args->scale_gradient >= 0 ? arena + args->scale_gradient : 0,
      .shift_gradient = args->shift_gradient >= 0 ? arena + args->shift_gradient : 0,
      .is_relu = args->activation == 1,
  };
  if (ctx->is_first_chunk && of.scale_gradient) clear_columns(of.scale_gradient, 0, weights);
  if (ctx->is_first_chunk && of.shift_gradient) clear_columns(of.shift_gradient, 0, weights);
  const float *x = arena + args->input, *gradient = arena + args->output_gradient;
  const float *statistics = arena + args->statistics;
  float *result = arena + args->input_gradient;
  for (intptr_t b = 0; b < ctx->batch; b++, statistics += args->statistics_row) {
    for (intptr_t i = 0; i < args->instances; i++, x += example, gradient += example, result += example) {
      const float *mean = statistics + i * groups, *inverse = mean + all;
      if (groups == 1) instance_gradient(&of, x, gradient, *mean, *inverse, result);
      else groups_gradient(&of, x, gradient, mean, inverse, groups, arena + args->scratch, result);
    }
  }
}

// Batch normalisation. Contracts: src/learning/plan/kernels/batch-norm.ts.
#include "abi.generated.h"
#include "context.h"
#include "norm.h"
#include "panel.h"

// The order of the slots.
enum { BATCH_NORM_MOMENTUM, BATCH_NORM_EPSILON };

static void batch_statistics(const context *ctx, const batch_statistics_arguments *args) {
  const intptr_t channels = args->channels, rows = (intptr_t)ctx->batch * args->pixels;
  float *arena = ctx->arena, *statistics = arena + args->statistics;
  float *running_mean = arena + args->running_mean, *running_variance = arena + args->running_variance;
  wide *mean = (wide *)(arena + args->scratch), *squares = mean + channels;
  const double *settings = ctx->slots + args->settings;
  const double momentum = settings[BATCH_NORM_MOMENTUM], epsilon = settings[BATCH_NORM_EPSILON];
  channel_moments(arena + args->input, rows, channels, mean, squares);
  const double part = 1. / (double)rows, unbiased_part = 1. / (double)(rows - 1);
  for (intptr_t c = 0; c < channels; c++) {
    statistics[c] = (float)mean[c];
    statistics[channels + c] = (float)inverse_deviation(squares[c] * part, epsilon);
  }
  if (rows == 1) return;
  for (intptr_t c = 0; c < channels; c++) {
    running_mean[c] = (float)((1 - momentum) * running_mean[c] + momentum * mean[c]);
    running_variance[c] = (float)((1 - momentum) * running_variance[c] + momentum * (squares[c] * unbiased_part));
  }
}

// Factor and shift of each channel in `scratch`, two rows.
static channel_rows batch_norm_rows(float *arena, int32_t statistics, int32_t scale, int32_t shift, float *scratch,
                                    intptr_t channels, int is_relu) {
  const float *mean = arena + statistics, *inverse = mean + channels;
  for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
    const vector factor = scale >= 0 ? load(inverse + c) * load(arena + scale + c) : load(inverse + c);
    store(scratch + c, factor);
    store(scratch + channels + c, shift >= 0 ? load(arena + shift + c) : splat(0.f));
  }
  return (channel_rows){mean, scratch, scratch + channels, 0, 0, is_relu};
}

static void batch_norm(const context *ctx, const batch_norm_arguments *args) {
  float *arena = ctx->arena;
  const channel_rows of = batch_norm_rows(arena, args->statistics, args->scale, args->shift, arena + args->scratch,
                                          args->channels, args->activation == 1);
  const intptr_t rows = (intptr_t)ctx->batch * args->pixels;
  normalize_rows(arena + args->input, rows, args->channels, &of, arena + args->output);
}

// Adds over the batches of a step.
static void add_to_gradient(const context *ctx, int32_t gradient, const float *sums, intptr_t channels) {
  if (gradient < 0) return;
  float *total = ctx->arena + gradient;
  for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS)
    store(total + c, ctx->is_first_chunk ? load(sums + c) : load(total + c) + load(sums + c));
}

static void batch_norm_sums(const context *ctx, const batch_norm_sums_arguments *args) {
  float *arena = ctx->arena, *sums = arena + args->sums;
  const intptr_t channels = args->channels, rows = (intptr_t)ctx->batch * args->pixels;
  wide *product = (wide *)(arena + args->scratch), *sum = product + channels;
  const channel_rows of = batch_norm_rows(arena, args->statistics, args->scale, args->shift,
                                          arena + args->scratch + 4 * channels, channels, args->activation == 1);
  channel_sums(arena + args->input, arena + args->output_gradient, rows, channels, &of, product, sum);
  const float *inverse = arena + args->statistics + channels;
  for (intptr_t c = 0; c < channels; c++) {
    sums[c] = (float)(product[c] * (double)inverse[c]);
    sums[channels + c] = (float)sum[c];
  }
  add_to_gradient(ctx, args->scale_gradient, sums, channels);
  add_to_gradient(ctx, args->shift_gradient, sums + channels, channels);
}

static void batch_norm_gradient(const context *ctx, const batch_norm_gradient_arguments *args) {
  float *arena = ctx->arena, *scratch = arena + args->scratch;
  const intptr_t channels = args->channels, rows = (intptr_t)ctx->batch * args->pixels;
  channel_rows of = batch_norm_rows(arena, args->statistics, args->scale, args->shift, scratch, channels,
                                    args->activation == 1);
  const float *inverse = arena + args->statistics + channels, *sums = arena + args->sums;
  float *mean = scratch + 2 * channels, *slope = mean + channels;
  const vector part = splat((float)(1. / (double)rows));
  for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
    const vector share = load(of.factor + c) * part;
    store(mean + c, share * load(sums + channels + c));
    store(slope + c, share * load(inverse + c) * load(sums + c));
  }
  of.mean = mean;
  of.slope = slope;
  gradient_rows_of_norm(arena + args->input, arena + args->output_gradient, rows, channels, &of,
                        arena + args->input_gradient);
}

static void batch_norm_factors(const context *ctx, const batch_norm_factors_arguments *args) {
  const float *arena = ctx->arena, *mean = arena + args->mean, *variance = arena + args->variance;
  float *factor = ctx->arena + args->factors, *rest = factor + args->channels;
  const double epsilon = ctx->slots[args->settings + BATCH_NORM_EPSILON];
  for (intptr_t c = 0; c < args->channels; c++) {
    const double scale = args->scale >= 0 ? arena[args->scale + c] : 1;
    const double shift = args->shift >= 0 ? arena[args->shift + c] : 0;
    const double f = scale * inverse_deviation(variance[c], epsilon);
    factor[c] = (float)f;
    rest[c] = (float)(shift - mean[c] * f);
  }
}

static void scale_shift(const context *ctx, const scale_shift_arguments *args) {
  const float *x = ctx->arena + args->input, *factor = ctx->arena + args->factors, *rest = factor + args->channels;
  float *output = ctx->arena + args->output;
  const intptr_t channels = args->channels, rows = (intptr_t)ctx->batch * args->pixels;
  const int is_relu = args->activation == 1;
  for (intptr_t row = 0; row < rows; row++, x += channels, output += channels) {
    for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
      const vector y = fused_multiply_add(load(x + c), load(factor + c), load(rest + c));
      store(output + c, is_relu ? positive_part(y) : y);
    }
  }
}

static void scale_columns(const context *ctx, const scale_columns_arguments *args) {
  if (!ctx->is_first_chunk) return;
  const intptr_t rows = args->rows, columns = args->columns;
  const float *weight = ctx->arena + args->weight, *factors = ctx->arena + args->factors;
  float *scaled = ctx->arena + args->scaled, *shift = ctx->arena + args->shift;
  for (intptr_t panel = 0; panel < columns; panel += PANEL_WIDTH) {
    const intptr_t width = panel_width(columns, panel), offset = panel_offset(rows, panel);
    for (intptr_t at = offset; at < offset + rows * width; at += width)
      for (intptr_t c = 0; c < width; c += VECTOR_FLOATS)
        store(scaled + at + c, load(weight + at + c) * load(factors + panel + c));
  }
  for (intptr_t c = 0; c < columns; c += VECTOR_FLOATS) {
    const vector bias = args->bias >= 0 ? load(ctx->arena + args->bias + c) : splat(0.f);
    store(shift + c, fused_multiply_add(bias, load(factors + c), load(factors + columns + c)));
  }
}

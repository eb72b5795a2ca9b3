// Penalties, norms and averages over buffers. Contracts: src/learning/plan/kernels/optimizers/gradient.ts.
#include "context.h"
#include "lanes.h"
#include "update.h"

static void add_penalty(const context *ctx, const add_penalty_arguments *args) {
  const double penalty = ctx->slots[args->settings + SHARED_L2_PENALTY];
  const float *weights = ctx->arena + args->weight;
  float *gradient = ctx->arena + args->gradient;
  square_sum squares = {0};
  for (intptr_t first = 0; first < args->count; first += SQUARE_LANES) {
    UNROLL for (int part = 0; part < SQUARE_VECTORS; part++) {
      const intptr_t i = first + part * VECTOR_FLOATS;
      const vector w = load(weights + i);
      add_squares_to(&squares, part, w);
      store(gradient + i, fused_multiply_add(splat((float)penalty), w, load(gradient + i)));
    }
  }
  ctx->slots[args->loss] += ctx->step_batch * (penalty / 2 * total_of(&squares));
}

static void add_squares(const context *ctx, const add_squares_arguments *args) {
  double *slots = ctx->slots + args->settings;
  const vector limit = splat((float)slots[SHARED_CLIP_VALUE]);
  const float *gradient = ctx->arena + args->gradient;
  square_sum squares = {0};
  for (intptr_t first = 0; first < args->count; first += SQUARE_LANES) {
    UNROLL for (int part = 0; part < SQUARE_VECTORS; part++)
      add_squares_to(&squares, part, clamp(load(gradient + first + part * VECTOR_FLOATS), limit));
  }
  slots[SHARED_SQUARE_SUM] += total_of(&squares);
}

static void limit_norm(const context *ctx, const limit_norm_arguments *args) {
  double *slots = ctx->slots + args->settings;
  const double factor = slots[SHARED_CLIP_NORM] / (__builtin_sqrt(slots[SHARED_SQUARE_SUM]) + 1e-6);
  // NaN stays NaN.
  slots[SHARED_GRADIENT_FACTOR] = factor > 1 ? 1 : factor;
  slots[SHARED_SQUARE_SUM] = 0;
}

static void average_weights(const context *ctx, const average_weights_arguments *args) {
  const double decay = ctx->slots[args->step] > 0 ? ctx->slots[args->settings + SHARED_AVERAGE_DECAY] : 0;
  const float share = (float)decay, rest = (float)(1 - decay);
  const float *weights = ctx->arena + args->weight;
  float *averages = ctx->arena + args->average;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS)
    store(averages + i, follow(load(averages + i), share, rest, load(weights + i)));
}

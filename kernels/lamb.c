// LAMB. Contracts: src/learning/plan/kernels/optimizers/lamb.ts.
#include "context.h"
#include "lanes.h"
#include "update.h"

static void lamb_advance(const context *ctx, const lamb_advance_arguments *args) {
  double *slots = ctx->slots + args->settings;
  const int corrects = slots[LAMB_BIAS_CORRECTION] != 0;
  slots[LAMB_BETA1_POWER] *= slots[LAMB_BETA1];
  slots[LAMB_BETA2_POWER] *= slots[LAMB_BETA2];
  slots[LAMB_MEAN_SCALE] = corrects ? 1 / (1 - slots[LAMB_BETA1_POWER]) : 1;
  slots[LAMB_VARIANCE_SCALE] = corrects ? 1 / __builtin_sqrt(1 - slots[LAMB_BETA2_POWER]) : 1;
}

// Two passes: moments and norms, then the step, for which the direction is computed again rather than kept.
static void lamb_update(const context *ctx, const lamb_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const float beta1 = (float)slots[LAMB_BETA1], rest1 = (float)(1 - slots[LAMB_BETA1]);
  const float beta2 = (float)slots[LAMB_BETA2], rest2 = (float)(1 - slots[LAMB_BETA2]);
  const vector mean_scale = splat((float)slots[LAMB_MEAN_SCALE]), epsilon = splat((float)slots[LAMB_EPSILON]);
  const vector variance_scale = splat((float)(slots[LAMB_VARIANCE_SCALE] * SQUARE_ROOT_SCALE));
  const vector decay = splat(args->decay ? (float)slots[LAMB_DECOUPLED_WEIGHT_DECAY] : 0.f);
  float *weights = ctx->arena + args->weight, *means = ctx->arena + args->mean;
  float *variances = ctx->arena + args->variance;
  const float *gradient = ctx->arena + args->gradient;
  square_sum weight_squares = {0}, direction_squares = {0};
#define DIRECTION(w, m, v) \
  fused_multiply_add(decay, w, (m) * mean_scale / fused_multiply_add(scaled_square_root(v), variance_scale, epsilon))
  for (intptr_t first = 0; first < args->count; first += SQUARE_LANES) {
    UNROLL for (int part = 0; part < SQUARE_VECTORS; part++) {
      const intptr_t i = first + part * VECTOR_FLOATS;
      vector w = load(weights + i);
      vector g = rule_gradient(&rule, load(gradient + i), w);
      vector m = follow(load(means + i), beta1, rest1, g);
      vector v = follow(load(variances + i), beta2, rest2, g * g);
      store(means + i, m);
      store(variances + i, v);
      add_squares_to(&weight_squares, part, w);
      add_squares_to(&direction_squares, part, DIRECTION(w, m, v));
    }
  }
  const double size = __builtin_sqrt(total_of(&weight_squares));
  const double length = __builtin_sqrt(total_of(&direction_squares));
  const double ratio = size == 0 || length == 0 ? 1 : size / length;
  const vector rate = splat(-(float)(slots[LAMB_LEARNING_RATE] * ratio));
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i);
    store(weights + i, fused_multiply_add(rate, DIRECTION(w, load(means + i), load(variances + i)), w));
  }
#undef DIRECTION
}

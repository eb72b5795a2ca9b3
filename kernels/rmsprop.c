// RMSProp. Contract: src/learning/plan/kernels/optimizers/rmsprop.ts.
#include "context.h"
#include "update.h"

static void rmsprop_update(const context *ctx, const rmsprop_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const float smoothing = (float)slots[RMSPROP_SMOOTHING], rest = (float)(1 - slots[RMSPROP_SMOOTHING]);
  const vector rate = splat(-(float)slots[RMSPROP_LEARNING_RATE]), epsilon = splat((float)slots[RMSPROP_EPSILON]);
  const vector momentum = splat((float)slots[RMSPROP_MOMENTUM]);
  const int is_centred = args->mean >= 0, has_velocity = args->velocity >= 0;
  float *weights = ctx->arena + args->weight, *squares = ctx->arena + args->square;
  float *means = ctx->arena + args->mean, *velocities = ctx->arena + args->velocity;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i);
    vector g = rule_gradient(&rule, load(gradient + i), w);
    vector spread = follow(load(squares + i), smoothing, rest, g * g);
    store(squares + i, spread);
    if (is_centred) {
      vector mean = follow(load(means + i), smoothing, rest, g);
      store(means + i, mean);
      spread = positive_part(fused_subtract_product(spread, mean, mean));
    }
    vector step = g / (square_root(spread) + epsilon);
    if (has_velocity) {
      step = fused_multiply_add(momentum, load(velocities + i), step);
      store(velocities + i, step);
    }
    store(weights + i, fused_multiply_add(rate, step, w * splat(rule.shrink)));
  }
}

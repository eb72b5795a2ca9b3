// Stochastic gradient descent. Contracts: src/learning/plan/kernels/optimizers/sgd.ts.
#include "context.h"
#include "update.h"

static void sgd_advance(const context *ctx, const sgd_advance_arguments *args) {
  double *slots = ctx->slots + args->settings;
  slots[SGD_GRADIENT_SHARE] = slots[SGD_STEPS_DONE] > 0 ? 1 - slots[SGD_DAMPENING] : 1;
  slots[SGD_STEPS_DONE] += 1;
}

static void sgd_update(const context *ctx, const sgd_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const vector rate = splat(-(float)slots[SGD_LEARNING_RATE]), momentum = splat((float)slots[SGD_MOMENTUM]);
  const vector share = splat((float)slots[SGD_GRADIENT_SHARE]);
  const int has_velocity = args->velocity >= 0, is_nesterov = slots[SGD_NESTEROV] != 0;
  float *weights = ctx->arena + args->weight, *velocities = ctx->arena + args->velocity;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i);
    vector g = rule_gradient(&rule, load(gradient + i), w), step = g;
    if (has_velocity) {
      vector v = fused_multiply_add(momentum, load(velocities + i), share * g);
      store(velocities + i, v);
      step = is_nesterov ? fused_multiply_add(momentum, v, g) : v;
    }
    store(weights + i, fused_multiply_add(rate, step, w * splat(rule.shrink)));
  }
}

static void count_step(const context *ctx, const count_step_arguments *args) { ctx->slots[args->step] += 1; }

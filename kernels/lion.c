// Lion. Contract: src/learning/plan/kernels/optimizers/lion.ts.
#include "context.h"
#include "update.h"

// -1, 0 or 1; NaN stays NaN.
INLINE vector sign(vector v) {
  vector size = choose(v == splat(0.f), v, splat(1.f));
  return choose(v == v, choose(v < splat(0.f), -size, size), v);
}

static void lion_update(const context *ctx, const lion_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const float beta1 = (float)slots[LION_BETA1], rest1 = (float)(1 - slots[LION_BETA1]);
  const float beta2 = (float)slots[LION_BETA2], rest2 = (float)(1 - slots[LION_BETA2]);
  const vector rate = splat(-(float)slots[LION_LEARNING_RATE]);
  float *weights = ctx->arena + args->weight, *means = ctx->arena + args->mean;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i), m = load(means + i);
    vector g = rule_gradient(&rule, load(gradient + i), w);
    store(means + i, follow(m, beta2, rest2, g));
    store(weights + i, fused_multiply_add(rate, sign(follow(m, beta1, rest1, g)), w * splat(rule.shrink)));
  }
}

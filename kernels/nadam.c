// Adam with Nesterov momentum. Contracts: src/learning/plan/kernels/optimizers/nadam.ts.
#include "context.h"
#include "update.h"

static void nadam_advance(const context *ctx, const nadam_advance_arguments *args) {
  double *slots = ctx->slots + args->settings;
  const double base = slots[NADAM_MOMENTUM_BASE], power = slots[NADAM_MOMENTUM_POWER] * base;
  const double momentum = slots[NADAM_BETA1] * (1 - 0.5 * power);
  const double next_momentum = slots[NADAM_BETA1] * (1 - 0.5 * (power * base));
  const double product = slots[NADAM_MOMENTUM_PRODUCT] * momentum;
  slots[NADAM_MOMENTUM_POWER] = power;
  slots[NADAM_MOMENTUM_PRODUCT] = product;
  slots[NADAM_BETA2_POWER] *= slots[NADAM_BETA2];
  slots[NADAM_GRADIENT_RATE] = slots[NADAM_LEARNING_RATE] * (1 - momentum) / (1 - product);
  slots[NADAM_MEAN_RATE] = slots[NADAM_LEARNING_RATE] * next_momentum / (1 - product * next_momentum);
  slots[NADAM_VARIANCE_SCALE] = 1 / __builtin_sqrt(1 - slots[NADAM_BETA2_POWER]);
}

static void nadam_update(const context *ctx, const nadam_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const float beta1 = (float)slots[NADAM_BETA1], rest1 = (float)(1 - slots[NADAM_BETA1]);
  const float beta2 = (float)slots[NADAM_BETA2], rest2 = (float)(1 - slots[NADAM_BETA2]);
  const vector gradient_rate = splat((float)slots[NADAM_GRADIENT_RATE]);
  const vector mean_rate = splat((float)slots[NADAM_MEAN_RATE]), epsilon = splat((float)slots[NADAM_EPSILON]);
  const vector scale = splat((float)(slots[NADAM_VARIANCE_SCALE] * SQUARE_ROOT_SCALE));
  float *weights = ctx->arena + args->weight, *means = ctx->arena + args->mean;
  float *variances = ctx->arena + args->variance;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i);
    vector g = rule_gradient(&rule, load(gradient + i), w);
    vector m = follow(load(means + i), beta1, rest1, g);
    vector v = follow(load(variances + i), beta2, rest2, g * g);
    store(means + i, m);
    store(variances + i, v);
    vector step = fused_multiply_add(mean_rate, m, gradient_rate * g);
    vector denominator = fused_multiply_add(scaled_square_root(v), scale, epsilon);
    store(weights + i, w * splat(rule.shrink) - step / denominator);
  }
}

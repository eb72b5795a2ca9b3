// Adagrad. Contract: src/learning/plan/kernels/optimizers/adagrad.ts.
#include "context.h"
#include "update.h"

static void adagrad_update(const context *ctx, const adagrad_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const vector rate = splat(-(float)slots[ADAGRAD_LEARNING_RATE]), epsilon = splat((float)slots[ADAGRAD_EPSILON]);
  float *weights = ctx->arena + args->weight, *squares = ctx->arena + args->squares;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i);
    vector g = rule_gradient(&rule, load(gradient + i), w);
    vector sum = fused_multiply_add(g, g, load(squares + i));
    store(squares + i, sum);
    store(weights + i, fused_multiply_add(rate, g / (square_root(sum) + epsilon), w * splat(rule.shrink)));
  }
}

// Adadelta. Contract: src/learning/plan/kernels/optimizers/adadelta.ts.
#include "context.h"
#include "update.h"

static void adadelta_update(const context *ctx, const adadelta_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const update_rule rule = load_update_rule(slots, args->decay);
  const float smoothing = (float)slots[ADADELTA_SMOOTHING], rest = (float)(1 - slots[ADADELTA_SMOOTHING]);
  const vector rate = splat(-(float)slots[ADADELTA_LEARNING_RATE]);
  const vector epsilon = splat((float)slots[ADADELTA_EPSILON]);
  float *weights = ctx->arena + args->weight, *squares = ctx->arena + args->square;
  float *step_squares = ctx->arena + args->step_square;
  const float *gradient = ctx->arena + args->gradient;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    vector w = load(weights + i), moved = load(step_squares + i);
    vector g = rule_gradient(&rule, load(gradient + i), w);
    vector square = follow(load(squares + i), smoothing, rest, g * g);
    vector step = scaled_square_root(moved + epsilon) / scaled_square_root(square + epsilon) * g;
    store(squares + i, square);
    store(step_squares + i, follow(moved, smoothing, rest, step * step));
    store(weights + i, fused_multiply_add(rate, step, w * splat(rule.shrink)));
  }
}

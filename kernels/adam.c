// Adam, AdamW and AMSGrad on whole buffers. Contracts: src/learning/plan/kernels/optimizers/adam.ts.
#include "adam.h"
#include "context.h"

static void adam_advance(const context *ctx, const adam_advance_arguments *args) {
  double *slots = ctx->slots + args->settings;
  const int corrects = slots[ADAM_BIAS_CORRECTION] != 0;
  slots[ADAM_BETA1_POWER] *= slots[ADAM_BETA1];
  slots[ADAM_BETA2_POWER] *= slots[ADAM_BETA2];
  slots[ADAM_STEP_RATE] = slots[ADAM_LEARNING_RATE] / (corrects ? 1 - slots[ADAM_BETA1_POWER] : 1);
  slots[ADAM_VARIANCE_SCALE] = corrects ? 1 / __builtin_sqrt(1 - slots[ADAM_BETA2_POWER]) : 1;
}

static void adam_update(const context *ctx, const adam_update_arguments *args) {
  const adam_step step = load_adam_step(ctx->slots + args->settings, args->decay);
  float *weight = ctx->arena + args->weight, *mean = ctx->arena + args->mean;
  float *variance = ctx->arena + args->variance, *largest = ctx->arena + args->largest;
  const float *gradient = ctx->arena + args->gradient;
  const int has_largest = args->largest >= 0;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS)
    adam_apply(&step, load(gradient + i), 1, weight + i, mean + i, variance + i, has_largest ? largest + i : 0);
}

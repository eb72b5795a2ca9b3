// Optimiser steps on whole buffers. Contracts: src/learning/plan/kernels/optimizer.ts.
#include "abi.generated.h"
#include "adam.h"
#include "context.h"

static void adam_advance(const context *ctx, const adam_advance_arguments *args) {
  double *slots = ctx->slots + args->settings;
  slots[ADAM_BETA1_POWER] *= slots[ADAM_BETA1];
  slots[ADAM_BETA2_POWER] *= slots[ADAM_BETA2];
  slots[ADAM_STEP_RATE] = slots[ADAM_LEARNING_RATE] / (1 - slots[ADAM_BETA1_POWER]);
  slots[ADAM_VARIANCE_SCALE] = 1 / __builtin_sqrt(1 - slots[ADAM_BETA2_POWER]);
}

static void adam_update(const context *ctx, const adam_update_arguments *args) {
  const adam_step step = load_adam_step(ctx->slots + args->settings);
  float *arena = ctx->arena;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS)
    adam_apply(&step, load(arena + args->gradient + i), arena + args->weight + i, arena + args->mean + i,
               arena + args->variance + i);
}

static void count_step(const context *ctx, const count_step_arguments *args) { ctx->slots[args->step] += 1; }

// The order of the slots is `sgdSlots` in src/learning/plan/kernels/optimizer.ts.
enum { SGD_LEARNING_RATE, SGD_MOMENTUM, SGD_WEIGHT_DECAY };

static void sgd_update(const context *ctx, const sgd_update_arguments *args) {
  const double *slots = ctx->slots + args->settings;
  const vector rate = splat(-(float)slots[SGD_LEARNING_RATE]), momentum = splat((float)slots[SGD_MOMENTUM]);
  const vector decay = splat((float)slots[SGD_WEIGHT_DECAY]);
  float *arena = ctx->arena;
  for (intptr_t i = 0; i < args->count; i += VECTOR_FLOATS) {
    float *weight = arena + args->weight + i;
    vector w = load(weight);
    vector step = fused_multiply_add(decay, w, load(arena + args->gradient + i));
    if (args->velocity >= 0) {
      float *velocity = arena + args->velocity + i;
      step = fused_multiply_add(momentum, load(velocity), step);
      store(velocity, step);
    }
    store(weight, fused_multiply_add(rate, step, w));
  }
}

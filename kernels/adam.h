// One Adam step for a vector of weights; used by the plain update and by the epilogue of the weight gradient.
#pragma once
#include "vector.h"

// The order of the slots is `adamSlots` in src/learning/plan/kernels/optimizer.ts.
enum {
  ADAM_LEARNING_RATE,
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  ADAM_WEIGHT_DECAY,
  ADAM_BETA1_POWER,
  ADAM_BETA2_POWER,
  ADAM_STEP_RATE,
  ADAM_VARIANCE_SCALE,
};

typedef struct {
  float beta1, beta2, mean_share, variance_share, epsilon, weight_decay, step_rate, variance_scale;
} adam_step;

INLINE adam_step load_adam_step(const double *slots) {
  return (adam_step){
      .beta1 = (float)slots[ADAM_BETA1],
      .beta2 = (float)slots[ADAM_BETA2],
      .mean_share = (float)(1 - slots[ADAM_BETA1]),
      .variance_share = (float)(1 - slots[ADAM_BETA2]),
      .epsilon = (float)slots[ADAM_EPSILON],
      .weight_decay = (float)slots[ADAM_WEIGHT_DECAY],
      .step_rate = (float)slots[ADAM_STEP_RATE],
      .variance_scale = (float)(slots[ADAM_VARIANCE_SCALE] * SQUARE_ROOT_SCALE),
  };
}

INLINE void adam_apply(const adam_step *step, vector gradient, float *weight, float *mean, float *variance) {
  vector w = load(weight);
  vector g = fused_multiply_add(splat(step->weight_decay), w, gradient);
  vector m = fused_multiply_add(splat(step->beta1), load(mean), splat(step->mean_share) * g);
  vector v = fused_multiply_add(splat(step->beta2), load(variance), splat(step->variance_share) * g * g);
  store(mean, m);
  store(variance, v);
  vector denominator = fused_multiply_add(scaled_square_root(v), splat(step->variance_scale), splat(step->epsilon));
  store(weight, fused_multiply_add(splat(-step->step_rate), m / denominator, w));
}

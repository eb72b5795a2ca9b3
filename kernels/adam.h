// One Adam step for a few vectors of weights; used by the plain update and by the epilogue of the weight gradient.
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
      .variance_scale = (float)slots[ADAM_VARIANCE_SCALE],
  };
}

// So many vectors go through the step side by side: one alone is a chain of twenty dependent operations, and a processor
// does not look far enough ahead to overlap many such chains by itself.
enum { ADAM_GROUP = 2 };

// Applies the step to `count` (a constant of at most ADAM_GROUP) vectors, at these offsets into the three arrays.
INLINE void adam_apply(const adam_step *step, const int count, const vector *gradient, const intptr_t *offset,
                       float *weight, float *mean, float *variance) {
  vector m[ADAM_GROUP], v[ADAM_GROUP], root[ADAM_GROUP];
  UNROLL for (int i = 0; i < count; i++) {
    vector g = fused_multiply_add(splat(step->weight_decay), load(weight + offset[i]), gradient[i]);
    m[i] = fused_multiply_add(splat(step->beta1), load(mean + offset[i]), splat(step->mean_share) * g);
    v[i] = fused_multiply_add(splat(step->beta2), load(variance + offset[i]), splat(step->variance_share) * g * g);
    store(mean + offset[i], m[i]);
    store(variance + offset[i], v[i]);
  }
  reciprocal_square_roots(count, v, root);
  UNROLL for (int i = 0; i < count; i++) {
    vector denominator = fused_multiply_add(v[i] * root[i], splat(step->variance_scale), splat(step->epsilon));
    vector change = m[i] / denominator;
    store(weight + offset[i], fused_multiply_add(splat(-step->step_rate), change, load(weight + offset[i])));
  }
}

// One Adam step for a vector of weights; used by the plain update and by the epilogue of the weight gradient.
#pragma once
#include "update.h"

typedef struct {
  float beta1, beta2, mean_share, variance_share, epsilon, step_rate, variance_scale;
  update_rule rule;
} adam_step;

INLINE adam_step load_adam_step(const double *slots, int decays) {
  return (adam_step){
      .beta1 = (float)slots[ADAM_BETA1],
      .beta2 = (float)slots[ADAM_BETA2],
      .mean_share = (float)(1 - slots[ADAM_BETA1]),
      .variance_share = (float)(1 - slots[ADAM_BETA2]),
      .epsilon = (float)slots[ADAM_EPSILON],
      .step_rate = (float)slots[ADAM_STEP_RATE],
      .variance_scale = (float)(slots[ADAM_VARIANCE_SCALE] * SQUARE_ROOT_SCALE),
      .rule = load_update_rule(slots, decays),
  };
}

// @param largest of AMSGrad, or none
INLINE void adam_apply(const adam_step *step, vector gradient, const int is_clipped, float *weight, float *mean,
                       float *variance, float *largest) {
  vector w = load(weight);
  vector g = is_clipped ? rule_gradient(&step->rule, gradient, w)
                        : fused_multiply_add(splat(step->rule.decay), w, gradient);
  vector m = fused_multiply_add(splat(step->beta1), load(mean), splat(step->mean_share) * g);
  vector v = fused_multiply_add(splat(step->beta2), load(variance), splat(step->variance_share) * g * g);
  store(mean, m);
  store(variance, v);
  if (largest) {
    const vector known = load(largest);
    v = choose(known > v, known, v);
    store(largest, v);
  }
  vector denominator = fused_multiply_add(scaled_square_root(v), splat(step->variance_scale), splat(step->epsilon));
  store(weight, fused_multiply_add(splat(-step->step_rate), m / denominator, w * splat(step->rule.shrink)));
}

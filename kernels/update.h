// What the steps of all optimisers have in common: src/learning/plan/kernels/optimizers/shared.ts.
#pragma once
#include "abi.generated.h"
#include "vector.h"

typedef struct {
  float limit, factor, decay, shrink;
} update_rule;

INLINE update_rule load_update_rule(const double *slots, int decays) {
  return (update_rule){
      .limit = (float)slots[SHARED_CLIP_VALUE],
      .factor = (float)slots[SHARED_GRADIENT_FACTOR],
      .decay = decays ? (float)slots[SHARED_WEIGHT_DECAY] : 0.f,
      .shrink = decays ? (float)(1 - slots[SHARED_LEARNING_RATE] * slots[SHARED_DECOUPLED_WEIGHT_DECAY]) : 1.f,
  };
}

// NaN stays NaN, so that a diverged training cannot hide behind a limit.
INLINE vector clamp(vector v, vector limit) { return choose(v > limit, limit, choose(v < -limit, -limit, v)); }

// The gradient that the optimiser sees.
INLINE vector rule_gradient(const update_rule *rule, vector gradient, vector weight) {
  return fused_multiply_add(splat(rule->decay), weight, clamp(gradient, splat(rule->limit)) * splat(rule->factor));
}

// old share + value (1 - share)
INLINE vector follow(vector old, float share, float rest, vector value) {
  return fused_multiply_add(splat(share), old, splat(rest) * value);
}

INLINE vector square_root(vector v) { return scaled_square_root(v) * splat((float)SQUARE_ROOT_SCALE); }

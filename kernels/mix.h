// How examples are mixed, as `drawMixes` writes it. Contract: src/learning/plan/kernels/mix.ts.
#pragma once
#include "context.h"

enum { MIX_FLOATS = 8 };

typedef struct {
  int32_t partner;
  float share; // of the partner; 0 when the example is not mixed
  int is_box;
  intptr_t left, top, right, bottom;
} mix;

// Of example number `row` of the chunk. @param mixes place in the arena; negative when nothing is mixed
static inline mix mix_of(const context *ctx, int32_t mixes, intptr_t row) {
  if (mixes < 0) return (mix){0};
  const float *m = ctx->arena + mixes + (ctx->chunk_start + row) * MIX_FLOATS;
  return (mix){
      .partner = (int32_t)m[0] * 65536 + (int32_t)m[1],
      .share = m[2],
      .is_box = m[3] != 0,
      .left = (intptr_t)m[4],
      .top = (intptr_t)m[5],
      .right = (intptr_t)m[6],
      .bottom = (intptr_t)m[7],
  };
}

// Measurements over buffers. Contract: src/learning/plan/kernels/measure.ts.
#include "abi.generated.h"
#include "context.h"

// Sixteen lanes at every vector width, so that the order of the sum does not depend on the instruction set.
static void absolute_sum(const context *ctx, const absolute_sum_arguments *args) {
  enum { LANES = 16 };
  const float *values = ctx->arena + args->values;
  double lane[LANES] = {0};
  intptr_t i = 0;
  for (; i + LANES <= args->count; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += __builtin_fabs((double)values[i + l]);
  for (; i < args->count; i++) lane[i % LANES] += __builtin_fabs((double)values[i]);
  double total = 0;
  for (int l = 0; l < LANES; l++) total += lane[l];
  ctx->slots[args->total] += total;
}

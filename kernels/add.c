// The sum of two values. Contract: src/learning/plan/kernels/add.ts.
#include "abi.generated.h"
#include "context.h"
#include "vector.h"

static void add(const context *ctx, const add_arguments *args) {
  const float *a = ctx->arena + args->a, *b = ctx->arena + args->b;
  float *output = ctx->arena + args->output;
  const intptr_t count = (intptr_t)ctx->batch * args->stride;
  if (args->activation == 1)
    for (intptr_t i = 0; i < count; i += VECTOR_FLOATS) store(output + i, positive_part(load(a + i) + load(b + i)));
  else
    for (intptr_t i = 0; i < count; i += VECTOR_FLOATS) store(output + i, load(a + i) + load(b + i));
}

// Softmax as a layer. Contracts: src/learning/plan/kernels/softmax.ts.
#include "abi.generated.h"
#include "context.h"
#include "math.h"

static void softmax_forward(const context *ctx, const softmax_forward_arguments *args) {
  const intptr_t features = args->features, stride = args->stride;
  for (intptr_t row = 0; row < (intptr_t)ctx->batch * args->runs; row++) {
    const float *input = ctx->arena + args->input + row * stride;
    float *output = ctx->arena + args->output + row * stride;
    float maximum = input[0];
    for (intptr_t c = 1; c < features; c++)
      if (input[c] > maximum) maximum = input[c];
    for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS)
      store(output + c, exponential(load(input + c) - splat(maximum)));
    // One after the other, so that the order does not depend on the vector width.
    double sum = 0;
    for (intptr_t c = 0; c < features; c++) sum += (double)output[c];
    const vector factor = splat((float)(1 / sum));
    for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS) store(output + c, load(output + c) * factor);
    for (intptr_t c = features; c < stride; c++) output[c] = 0;
  }
}

// The padding of y is 0, so that of the result is too.
static void softmax_gradient(const context *ctx, const softmax_gradient_arguments *args) {
  const intptr_t features = args->features, stride = args->stride;
  for (intptr_t row = 0; row < (intptr_t)ctx->batch * args->runs; row++) {
    const float *y = ctx->arena + args->output + row * stride;
    const float *gradient = ctx->arena + args->output_gradient + row * stride;
    float *result = ctx->arena + args->input_gradient + row * stride;
    double mean = 0;
    for (intptr_t c = 0; c < features; c++) mean += (double)y[c] * (double)gradient[c];
    for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS)
      store(result + c, load(y + c) * (load(gradient + c) - splat((float)mean)));
    for (intptr_t c = features; c < stride; c++) result[c] = 0;
  }
}

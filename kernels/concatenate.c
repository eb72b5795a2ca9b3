// Values side by side, and parts of them. Contracts: src/learning/plan/kernels/concatenate.ts.
#include "abi.generated.h"
#include "context.h"

static void concatenate(const context *ctx, const concatenate_arguments *args) {
  const float *a = ctx->arena + args->a, *b = ctx->arena + args->b;
  float *output = ctx->arena + args->output;
  const intptr_t pixels = (intptr_t)ctx->batch * args->pixels;
  for (intptr_t pixel = 0; pixel < pixels; pixel++) {
    intptr_t channel = 0;
    for (intptr_t i = 0; i < args->a_channels; i++) output[channel++] = a[i];
    for (intptr_t i = 0; i < args->b_channels; i++) output[channel++] = b[i];
    while (channel < args->stride) output[channel++] = 0;
    a += args->a_stride;
    b += args->b_stride;
    output += args->stride;
  }
}

static void slice_channels(const context *ctx, const slice_channels_arguments *args) {
  const float *input = ctx->arena + args->input + args->end - args->channels;
  float *output = ctx->arena + args->output;
  const intptr_t pixels = (intptr_t)ctx->batch * args->pixels;
  for (intptr_t pixel = 0; pixel < pixels; pixel++) {
    intptr_t channel = 0;
    for (; channel < args->channels; channel++) output[channel] = input[channel];
    for (; channel < args->stride; channel++) output[channel] = 0;
    input += args->input_stride;
    output += args->stride;
  }
}

// Copies values from one layout to another. Contract: src/learning/plan/kernels/copy.ts.
#include "abi.generated.h"
#include "context.h"

static void copy_runs(const context *ctx, const copy_runs_arguments *args) {
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *input = ctx->arena + args->input + row * args->input_row;
    float *output = ctx->arena + args->output + row * args->output_row;
    for (intptr_t i = 0; i < args->output_row; i++) output[i] = 0;
    for (intptr_t first = 0; first < args->elements; first += args->piece) {
      const float *source = input + first / args->input_run * args->input_stride + first % args->input_run;
      float *target = output + first / args->output_run * args->output_stride + first % args->output_run;
      for (intptr_t i = 0; i < args->piece; i++) target[i] = source[i];
    }
  }
}

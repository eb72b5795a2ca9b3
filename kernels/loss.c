// Softmax with cross-entropy. Contract: src/learning/plan/kernels/loss.ts.
#include "abi.generated.h"
#include "context.h"
#include "math.h"

static void softmax_cross_entropy(const context *ctx, const softmax_cross_entropy_arguments *args) {
  const intptr_t classes = args->classes, stride = args->stride;
  const float per_example = 1.f / (float)ctx->step_batch;
  double loss = 0, correct = 0;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *logits = ctx->arena + args->logits + row * stride;
    const intptr_t label = (intptr_t)ctx->arena[args->labels + row];
    intptr_t largest = 0;
    for (intptr_t c = 1; c < classes; c++)
      if (logits[c] > logits[largest]) largest = c;
    const float maximum = logits[largest];
    correct += largest == label;

    // Lanes past the classes are computed and not used.
    float sum = 0;
    float *gradient = args->gradient >= 0 ? ctx->arena + args->gradient + row * stride : 0;
    for (intptr_t first = 0; first < stride; first += VECTOR_FLOATS) {
      float exponentials[VECTOR_FLOATS];
      store(exponentials, exponential(load(logits + first) - splat(maximum)));
      const intptr_t used = classes - first < VECTOR_FLOATS ? classes - first : VECTOR_FLOATS;
      for (intptr_t c = 0; c < used; c++) sum += exponentials[c];
      if (gradient) store(gradient + first, load(exponentials));
    }
    loss += logarithm((double)sum) + ((double)maximum - (double)logits[label]);
    if (!gradient) continue;
    const vector factor = splat(per_example / sum);
    for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS) store(gradient + c, load(gradient + c) * factor);
    gradient[label] -= per_example;
    for (intptr_t c = classes; c < stride; c++) gradient[c] = 0;
  }
  ctx->slots[args->totals] += loss;
  ctx->slots[args->totals + 1] += correct;
}

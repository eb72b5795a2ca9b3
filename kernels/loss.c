// Losses with their gradients. Contracts: src/learning/plan/kernels/loss.ts.
#include "abi.generated.h"
#include "context.h"
#include "math.h"
#include "mix.h"

INLINE intptr_t largest_of(const float *values, intptr_t count) {
  intptr_t largest = 0;
  for (intptr_t i = 1; i < count; i++)
    if (values[i] > values[largest]) largest = i;
  return largest;
}

static void softmax_cross_entropy(const context *ctx, const softmax_cross_entropy_arguments *args) {
  const intptr_t classes = args->classes, stride = args->stride;
  const double *weights = ctx->slots + args->class_weights;
  const double smoothing = ctx->slots[args->settings], spread = smoothing / (double)classes;
  const float per_weight = 1.f / (float)ctx->slots[args->settings + 1];
  double all_weights = 0;
  for (intptr_t c = 0; c < classes; c++) all_weights += weights[c];
  double loss = 0, correct = 0, weight = 0;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *logits = ctx->arena + args->logits + row * stride;
    const intptr_t label = (intptr_t)ctx->arena[args->labels + row], largest = largest_of(logits, classes);
    const float maximum = logits[largest];
    const mix m = mix_of(ctx, args->mixes, row);
    const intptr_t other = m.share > 0 ? (intptr_t)((const uint8_t *)ctx->labels)[m.partner] : label;
    const double other_share = (double)m.share;
    correct += largest == label;
    weight += (1 - other_share) * weights[label] + other_share * weights[other];

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
    const double own = (1 - smoothing) * weights[label] * (1 - other_share), logarithm_of_sum = logarithm((double)sum);
    const double others = (1 - smoothing) * weights[other] * other_share;
    loss += own * (logarithm_of_sum + ((double)maximum - (double)logits[label]));
    if (others > 0) loss += others * (logarithm_of_sum + ((double)maximum - (double)logits[other]));
    // Without smoothing an infinite logit of another class must not count, not even times 0.
    if (smoothing > 0)
      for (intptr_t c = 0; c < classes; c++)
        loss += spread * weights[c] * (logarithm_of_sum + ((double)maximum - (double)logits[c]));
    if (!gradient) continue;
    const vector factor = splat(per_weight * (float)(own + others + spread * all_weights) / sum);
    for (intptr_t c = 0; c < stride; c += VECTOR_FLOATS) store(gradient + c, load(gradient + c) * factor);
    if (smoothing > 0)
      for (intptr_t c = 0; c < classes; c++) gradient[c] -= per_weight * (float)(spread * weights[c]);
    gradient[label] -= per_weight * (float)own;
    if (others > 0) gradient[other] -= per_weight * (float)others;
    for (intptr_t c = classes; c < stride; c++) gradient[c] = 0;
  }
  ctx->slots[args->totals] += loss;
  ctx->slots[args->totals + 1] += correct;
  ctx->slots[args->totals + 2] += weight;
}

static void weigh_step(const context *ctx, const weigh_step_arguments *args) {
  if (!ctx->is_first_chunk) return;
  const uint8_t *labels = (const uint8_t *)ctx->labels;
  double weight = 0;
  const double *weights = ctx->slots + args->class_weights;
  for (intptr_t row = 0; row < ctx->step_batch; row++) {
    const mix m = mix_of(ctx, args->mixes, row);
    const double own = weights[labels[ctx->order[row]]], other_share = (double)m.share;
    weight += other_share > 0 ? (1 - other_share) * own + other_share * weights[labels[m.partner]] : own;
  }
  ctx->slots[args->weight] = weight;
}

// The order of the choices in the kernel table.
enum { SQUARED, ABSOLUTE, HUBER, LOGISTIC };

typedef struct {
  vector value, slope, error;
} element_loss;

INLINE element_loss compare(const int function, vector prediction, vector target, vector delta) {
  const vector zero = splat(0.f), one = splat(1.f);
  if (function == LOGISTIC) {
    const vector error = logistic(prediction) - target;
    const vector certain = positive_part(prediction) - prediction * target;
    return (element_loss){certain + logarithm_of_1_plus(exponential(-absolute(prediction))), error, error};
  }
  const vector error = prediction - target, size = absolute(error);
  if (function == SQUARED) return (element_loss){error * error, error + error, error};
  const vector sign = choose(error > zero, one, choose(error < zero, -one, error));
  if (function == ABSOLUTE) return (element_loss){size, sign, error};
  const vector_mask is_small = size <= delta;
  return (element_loss){
      choose(is_small, splat(0.5f) * error * error, delta * (size - splat(0.5f) * delta)),
      choose(is_small, error, delta * sign),
      error,
  };
}

INLINE void compare_rows(const int function, const context *ctx, const elementwise_loss_arguments *args) {
  const intptr_t outputs = args->outputs, stride = args->stride;
  const vector delta = splat((float)ctx->slots[args->delta]);
  const vector factor = splat(1.f / ((float)ctx->step_batch * (float)outputs));
  double loss = 0, correct = 0, absolute_error = 0, squared_error = 0;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *predictions = ctx->arena + args->predictions + row * stride;
    const float *targets = ctx->arena + args->targets + row * stride;
    float *gradient = args->gradient >= 0 ? ctx->arena + args->gradient + row * stride : 0;
    double sum = 0;
    for (intptr_t first = 0; first < stride; first += VECTOR_FLOATS) {
      const element_loss compared =
          compare(function, load(predictions + first), load(targets + first), delta);
      float values[VECTOR_FLOATS], errors[VECTOR_FLOATS];
      store(values, compared.value);
      store(errors, compared.error);
      // One after the other, so that the order does not depend on the vector width.
      const intptr_t used = outputs - first < VECTOR_FLOATS ? outputs - first : VECTOR_FLOATS;
      for (intptr_t c = 0; c < used; c++) {
        const double error = (double)errors[c];
        sum += (double)values[c];
        absolute_error += __builtin_fabs(error);
        squared_error += error * error;
      }
      if (gradient) store(gradient + first, compared.slope * factor);
    }
    loss += sum / (double)outputs;
    correct += largest_of(predictions, outputs) == largest_of(targets, outputs);
    if (gradient)
      for (intptr_t c = outputs; c < stride; c++) gradient[c] = 0;
  }
  double *totals = ctx->slots + args->totals;
  totals[0] += loss;
  totals[1] += correct;
  totals[2] += (double)ctx->batch;
  totals[3] += absolute_error;
  totals[4] += squared_error;
}

static void elementwise_loss(const context *ctx, const elementwise_loss_arguments *args) {
  switch (args->function) {
    case SQUARED: compare_rows(SQUARED, ctx, args); break;
    case ABSOLUTE: compare_rows(ABSOLUTE, ctx, args); break;
    case HUBER: compare_rows(HUBER, ctx, args); break;
    default: compare_rows(LOGISTIC, ctx, args); break;
  }
}

static void one_hot(const context *ctx, const one_hot_arguments *args) {
  for (intptr_t row = 0; row < ctx->batch; row++) {
    float *output = ctx->arena + args->output + row * args->stride;
    for (intptr_t c = 0; c < args->stride; c++) output[c] = 0;
    const mix m = mix_of(ctx, args->mixes, row);
    output[(intptr_t)ctx->arena[args->labels + row]] = 1 - m.share;
    if (m.share > 0) output[((const uint8_t *)ctx->labels)[m.partner]] += m.share;
  }
}

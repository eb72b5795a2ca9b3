// Gathers a batch from the examples. Contracts: src/learning/plan/kernels/batch.ts.
#include "abi.generated.h"
#include "context.h"
#include "mix.h"
#include "vector.h"

// Asks for the examples of the next chunk, which lie anywhere in memory, so that they are near when it comes.
INLINE void prefetch_upcoming(const context *ctx, intptr_t row, intptr_t example_bytes) {
  if (row >= ctx->upcoming) return;
  const char *next = (const char *)ctx->features + ctx->order[ctx->batch + row] * example_bytes;
  for (intptr_t byte = 0; byte < example_bytes; byte += 64) __builtin_prefetch(next + byte, 0, 2);
}

static void gather_bytes(const context *ctx, const gather_bytes_arguments *args) {
  const float scale = (float)ctx->slots[args->scaling], shift = (float)ctx->slots[args->scaling + 1];
  const intptr_t features = args->features, whole = features - features % VECTOR_FLOATS;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const uint8_t *source = (const uint8_t *)ctx->features + ctx->order[row] * features;
    float *target = ctx->arena + args->output + row * args->stride;
    intptr_t column = 0;
    for (; column < whole; column += VECTOR_FLOATS) {
      store(target + column, load_bytes(source + column) * splat(scale) + splat(shift));
    }
    for (; column < features; column++) target[column] = (float)source[column] * scale + shift;
    for (; column < args->stride; column++) target[column] = 0;
    prefetch_upcoming(ctx, row, features);
  }
}

static void gather_floats(const context *ctx, const gather_floats_arguments *args) {
  const float scale = (float)ctx->slots[args->scaling], shift = (float)ctx->slots[args->scaling + 1];
  const intptr_t features = args->features;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *source = (const float *)ctx->features + ctx->order[row] * features;
    float *target = ctx->arena + args->output + row * args->stride;
    for (intptr_t column = 0; column < features; column++) target[column] = source[column] * scale + shift;
    for (intptr_t column = features; column < args->stride; column++) target[column] = 0;
    prefetch_upcoming(ctx, row, features * (intptr_t)sizeof(float));
  }
}

static void gather_scaled_bytes(const context *ctx, const gather_scaled_bytes_arguments *args) {
  const float *scale = ctx->arena + args->scaling, *shift = scale + args->stride;
  const intptr_t features = args->features, whole = features - features % VECTOR_FLOATS;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const uint8_t *source = (const uint8_t *)ctx->features + ctx->order[row] * features;
    float *target = ctx->arena + args->output + row * args->stride;
    intptr_t column = 0;
    for (; column < whole; column += VECTOR_FLOATS) {
      store(target + column, load_bytes(source + column) * load(scale + column) + load(shift + column));
    }
    for (; column < features; column++) target[column] = (float)source[column] * scale[column] + shift[column];
    for (; column < args->stride; column++) target[column] = 0;
    prefetch_upcoming(ctx, row, features);
  }
}

static void gather_scaled_floats(const context *ctx, const gather_scaled_floats_arguments *args) {
  const float *scale = ctx->arena + args->scaling, *shift = scale + args->stride;
  const intptr_t features = args->features, whole = features - features % VECTOR_FLOATS;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *source = (const float *)ctx->features + ctx->order[row] * features;
    float *target = ctx->arena + args->output + row * args->stride;
    intptr_t column = 0;
    for (; column < whole; column += VECTOR_FLOATS) {
      store(target + column, load(source + column) * load(scale + column) + load(shift + column));
    }
    for (; column < features; column++) target[column] = source[column] * scale[column] + shift[column];
    for (; column < args->stride; column++) target[column] = 0;
    prefetch_upcoming(ctx, row, features * (intptr_t)sizeof(float));
  }
}

static void gather_labels(const context *ctx, const gather_labels_arguments *args) {
  float *labels = ctx->arena + args->output;
  for (intptr_t row = 0; row < ctx->batch; row++) labels[row] = (float)((const uint8_t *)ctx->labels)[ctx->order[row]];
}

static void gather_targets(const context *ctx, const gather_targets_arguments *args) {
  const intptr_t outputs = args->outputs;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *source = (const float *)ctx->labels + ctx->order[row] * outputs;
    float *target = ctx->arena + args->output + row * args->stride;
    for (intptr_t column = 0; column < outputs; column++) target[column] = source[column];
    const mix m = mix_of(ctx, args->mixes, row);
    const float *other = (const float *)ctx->labels + m.partner * outputs;
    if (m.share > 0)
      for (intptr_t column = 0; column < outputs; column++) target[column] += m.share * (other[column] - target[column]);
    for (intptr_t column = outputs; column < args->stride; column++) target[column] = 0;
  }
}

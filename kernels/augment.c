// Gathers a batch of examples that are varied from epoch to epoch. Contract: src/learning/plan/kernels/augment.ts.
#include "abi.generated.h"
#include "augment-draws.h"
#include "augment-pixels.h"
#include "augment-values.h"
#include "context.h"

static augmentation begin_augmentation(const context *ctx, const gather_augmented_arguments *args) {
  const int is_bytes = args->source == 0;
  const float range = is_bytes ? 255.f : 1.f;
  const double *slots = ctx->slots, *key = slots + args->key;
  const intptr_t row = (intptr_t)args->width * args->channels;
  // So that a vector can be read of a row that is shorter.
  const intptr_t places = (row + 15) / 16 * 16;
  float *scratch = ctx->arena + args->scratch;
  const augmentation a = {
      .examples = ctx->features,
      .height = args->height,
      .width = args->width,
      .channels = args->channels,
      .row = row,
      .features = args->height * row,
      .stride = args->stride,
      .padded_row = row + 3 * args->channels,
      .is_bytes = is_bytes,
      .is_edge = slots[args->fill] != 0,
      .range = range,
      .fill = (float)(slots[args->fill + 1] * (double)range),
      .program = slots + args->program,
      .primitives = args->primitives,
      .key0 = (uint32_t)key[0],
      .key1 = (uint32_t)key[1],
      .epoch = (uint32_t)slots[args->epoch],
      .columns = scratch,
      .channel = scratch + places,
      .padded = scratch + 2 * places,
  };
  for (intptr_t x = 0; x < args->width; x++) {
    for (int32_t c = 0; c < args->channels; c++) {
      a.columns[x * args->channels + c] = (float)x + 0.5f - (float)args->width / 2;
      *(int_in_memory *)(a.channel + x * args->channels + c) = c;
    }
  }
  for (intptr_t at = row; at < places; at++) a.columns[at] = a.channel[at] = 0;
  return a;
}

// Writes one example to `target` [stride], varied but not yet scaled.
INLINE void augment_example(const augmentation *a, int32_t example, float *target) {
  const image_map map = draw_map(a, example);
  if (moves_whole_pixels(a, &map)) copy_pixels(a, &map, example, target);
  else sample_pixels(a, &map, example, target);
  for (intptr_t at = a->features; at < a->stride; at++) target[at] = 0;
  change_values(a, example, target);
}

static void gather_augmented(const context *ctx, const gather_augmented_arguments *args) {
  const augmentation a = begin_augmentation(ctx, args);
  const float scale = (float)ctx->slots[args->scaling], shift = (float)ctx->slots[args->scaling + 1];
  const float *scales = args->feature_scaling < 0 ? NULL : ctx->arena + args->feature_scaling;
  const intptr_t value_bytes = a.is_bytes ? 1 : (intptr_t)sizeof(float);
  for (intptr_t row = 0; row < ctx->batch; row++) {
    float *target = ctx->arena + args->output + row * a.stride;
    augment_example(&a, ctx->order[row], target);
    for (intptr_t at = 0; at < a.stride; at += VECTOR_FLOATS) {
      const vector by = scales ? load(scales + at) : splat(scale), to = scales ? load(scales + a.stride + at) : splat(shift);
      store(target + at, load(target + at) * by + to);
    }
    for (intptr_t at = a.features; at < a.stride; at++) target[at] = 0;
    prefetch_upcoming(ctx, row, a.features * value_bytes);
  }
}

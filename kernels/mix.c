// Mixes examples with others. Contracts: src/learning/plan/kernels/mix.ts.
#include "abi.generated.h"
#include "context.h"
#include "mix.h"
#include "philox.h"
#include "vector.h"

enum { MIX_INTERVALS = 512 };

INLINE double drawn_fraction(uint32_t word) { return word * 0x1p-32; }

// The larger share, from 1/2 to 1.
INLINE double drawn_quantile(const double *quantiles, uint32_t word) {
  const double place = drawn_fraction(word) * MIX_INTERVALS;
  const intptr_t interval = (intptr_t)place;
  return quantiles[interval] + (place - (double)interval) * (quantiles[interval + 1] - quantiles[interval]);
}

INLINE void draw_mix_box(const draw_mixes_arguments *args, const uint32_t *words, double share, float *m) {
  const double ratio = __builtin_sqrt(share);
  const intptr_t width = args->width, height = args->height;
  const intptr_t half_width = (intptr_t)((double)width * ratio) / 2, half_height = (intptr_t)((double)height * ratio) / 2;
  const intptr_t x = (intptr_t)(drawn_fraction(words[0]) * (double)width);
  const intptr_t y = (intptr_t)(drawn_fraction(words[1]) * (double)height);
  const intptr_t left = x < half_width ? 0 : x - half_width, top = y < half_height ? 0 : y - half_height;
  const intptr_t right = x + half_width > width ? width : x + half_width;
  const intptr_t bottom = y + half_height > height ? height : y + half_height;
  m[2] = (float)((double)((right - left) * (bottom - top)) / (double)(width * height));
  m[3] = 1;
  m[4] = (float)left, m[5] = (float)top, m[6] = (float)right, m[7] = (float)bottom;
}

static void draw_mixes(const context *ctx, const draw_mixes_arguments *args) {
  if (!ctx->is_first_chunk) return;
  const double *slots = ctx->slots, *probabilities = slots + args->probabilities, *key = slots + args->key;
  const uint32_t key0 = (uint32_t)key[0], key1 = (uint32_t)key[1], epoch = (uint32_t)slots[args->epoch];
  for (intptr_t row = 0; row < ctx->step_batch; row++) {
    float *m = ctx->arena + args->mixes + row * MIX_FLOATS;
    for (int i = 0; i < MIX_FLOATS; i++) m[i] = 0;
    const uint32_t example = (uint32_t)ctx->order[row];
    uint32_t words[8];
    philox_words(0, example, epoch, 0, key0, key1, words);
    const int is_box = probabilities[0] > 0 && probabilities[1] > 0 ? words[3] >= 0x80000000 : probabilities[1] > 0;
    if (ctx->partner_count == 0 || !(drawn_fraction(words[0]) < probabilities[is_box])) continue;
    const int32_t partner = ctx->partners[((uint64_t)words[1] * (uint64_t)ctx->partner_count) >> 32];
    m[0] = (float)(partner / 65536), m[1] = (float)(partner % 65536);
    const double *quantiles = slots + (is_box ? args->cutmix_quantiles : args->mixup_quantiles);
    const double share = 1 - drawn_quantile(quantiles, words[2]);
    if (!is_box) {
      m[2] = (float)share;
      continue;
    }
    philox_words(1, example, epoch, 0, key0, key1, words + 4);
    draw_mix_box(args, words + 4, share, m);
  }
}

// Gathers the partner alone, by the kernel that gathered the batch.
INLINE void gather_partner(const context *ctx, const mix_features_arguments *args, const int32_t *partner) {
  context alone = *ctx;
  alone.order = partner;
  alone.batch = 1;
  alone.upcoming = 0;
  const int32_t features = args->height * args->width * args->channels;
  const int is_bytes = args->source == 0;
  if (args->primitives > 0) {
    const gather_augmented_arguments gather = {
        .output = args->partner,
        .scratch = args->augmented,
        .height = args->height,
        .width = args->width,
        .channels = args->channels,
        .stride = args->stride,
        .source = args->source,
        .primitives = args->primitives,
        .program = args->program,
        .fill = args->fill,
        .key = args->key,
        .epoch = args->epoch,
        .scaling = args->scaling,
        .feature_scaling = args->feature_scaling,
    };
    gather_augmented(&alone, &gather);
  } else if (args->feature_scaling >= 0) {
    const gather_scaled_bytes_arguments gather = {args->partner, args->feature_scaling, features, args->stride};
    const gather_scaled_floats_arguments same = {args->partner, args->feature_scaling, features, args->stride};
    if (is_bytes) gather_scaled_bytes(&alone, &gather);
    else gather_scaled_floats(&alone, &same);
  } else {
    const gather_bytes_arguments gather = {args->partner, features, args->stride, args->scaling};
    const gather_floats_arguments same = {args->partner, features, args->stride, args->scaling};
    if (is_bytes) gather_bytes(&alone, &gather);
    else gather_floats(&alone, &same);
  }
}

static void mix_features(const context *ctx, const mix_features_arguments *args) {
  const float *partner = ctx->arena + args->partner;
  const intptr_t channels = args->channels, pixels = (intptr_t)args->width * channels;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const mix m = mix_of(ctx, args->mixes, row);
    if (m.share == 0) continue;
    gather_partner(ctx, args, &m.partner);
    float *own = ctx->arena + args->features + row * args->stride;
    if (m.is_box) {
      for (intptr_t y = m.top; y < m.bottom; y++)
        for (intptr_t i = y * pixels + m.left * channels; i < y * pixels + m.right * channels; i++) own[i] = partner[i];
      continue;
    }
    for (intptr_t i = 0; i < args->stride; i += VECTOR_FLOATS)
      store(own + i, fused_multiply_add(splat(m.share), load(partner + i) - load(own + i), load(own + i)));
  }
}

// Primitives that change values where they are. They work on whole vectors of a row of the batch, whose padding stays 0.
#pragma once
#include "augment-draws.h"
#include "double-lanes.h"

// Values of bytes stay within theirs.
INLINE void finish_values(const augmentation *a, float *target) {
  if (a->is_bytes) {
    for (intptr_t at = 0; at < a->stride; at += VECTOR_FLOATS) store(target + at, clamped(load(target + at), 0, a->range));
  }
  for (intptr_t at = a->features; at < a->stride; at++) target[at] = 0;
}

static void change_brightness(const augmentation *a, float factor, float *target) {
  for (intptr_t at = 0; at < a->stride; at += VECTOR_FLOATS) store(target + at, load(target + at) * splat(factor));
}

static void change_contrast(const augmentation *a, float factor, float *target) {
  lane_sums sums = {0};
  for (intptr_t at = 0; at < a->stride; at += SUM_LANES)
    for (int half = 0; half < HALVES; half++) sums.half[half] += load_double(target + at + half * HALF_VECTOR);
  const vector mean = splat((float)(add_lanes(&sums) / (double)a->features));
  for (intptr_t at = 0; at < a->stride; at += VECTOR_FLOATS)
    store(target + at, fused_multiply_add(load(target + at) - mean, splat(factor), mean));
}

// Sixteen blocks make 64 normal numbers at every vector width: value 16 w + l of a group is number w of block l.
static void add_noise(const augmentation *a, const draws *d, float deviation, float *target) {
  enum { GROUP = 64, BLOCKS = 16, WORDS = 4 };
  for (intptr_t group = 0; group < a->stride; group += GROUP) {
    for (int lane = 0; lane < BLOCKS; lane += VECTOR_FLOATS) {
      const uint32_t block = AUGMENT_NOISE_BLOCK + (uint32_t)(group / WORDS) + (uint32_t)lane;
      const philox_block random = philox(block, d->example, d->epoch, d->stream, d->key0, d->key1);
      vector normal[WORDS];
      normal_pair((vector_mask)random.word[0], (vector_mask)random.word[1], &normal[0], &normal[1]);
      normal_pair((vector_mask)random.word[2], (vector_mask)random.word[3], &normal[2], &normal[3]);
      for (int word = 0; word < WORDS; word++) {
        float *at = target + group + word * BLOCKS + lane;
        if (at >= target + a->stride) break;
        store(at, fused_multiply_add(normal[word], splat(deviation), load(at)));
      }
    }
  }
}

static void erase_box(const augmentation *a, const draws *d, const double *s, float *target) {
  const double area = (double)(a->height * a->width);
  for (uint32_t attempt = 0; attempt < AUGMENT_ATTEMPTS; attempt++) {
    double size[2];
    uint32_t words[4];
    draw_box(d, s + ERASE_AREA_LOW, attempt, area, size, words);
    const intptr_t width = (intptr_t)(size[0] + 0.5), height = (intptr_t)(size[1] + 0.5);
    if (width < 1 || height < 1 || width > a->width || height > a->height) continue;
    const intptr_t left = (intptr_t)(fraction(words[2]) * (double)(a->width - width + 1));
    const intptr_t top = (intptr_t)(fraction(words[3]) * (double)(a->height - height + 1));
    const int is_noise = s[ERASE_IS_NOISE] != 0;
    const float fill = (float)(s[ERASE_FILL] * (double)a->range);
    intptr_t known = -1;
    for (intptr_t y = top; y < top + height; y++) {
      const intptr_t first = y * a->row + left * a->channels, end = first + width * a->channels;
      for (intptr_t at = first; at < end; at++) {
        if (is_noise && at / 4 != known) {
          known = at / 4;
          draw_words(d, AUGMENT_NOISE_BLOCK + (uint32_t)known, words);
        }
        target[at] = is_noise ? (float)(words[at % 4] >> 8) * 0x1p-24f * a->range : fill;
      }
    }
    return;
  }
}

static void change_values(const augmentation *a, int32_t example, float *target) {
  for (int32_t index = 0; index < a->primitives; index++) {
    const double *slots = a->program + (intptr_t)index * AUGMENT_PRIMITIVE_SLOTS, *settings = slots + PRIMITIVE_SETTINGS;
    const int kind = (int)slots[PRIMITIVE_KIND];
    if (kind <= AUGMENT_CROP) continue;
    draws d;
    uint32_t words[4];
    if (!begin_primitive(a, index, example, &d, words)) continue;
    switch (kind) {
      case AUGMENT_BRIGHTNESS: change_brightness(a, (float)drawn(settings, words[1]), target); break;
      case AUGMENT_CONTRAST: change_contrast(a, (float)drawn(settings, words[1]), target); break;
      case AUGMENT_NOISE: add_noise(a, &d, (float)settings[NOISE_DEVIATION] * a->range, target); break;
      case AUGMENT_ERASE: erase_box(a, &d, settings, target); break;
      default: continue;
    }
    finish_values(a, target);
  }
}

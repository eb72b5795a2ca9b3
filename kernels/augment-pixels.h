// Reads an image by a map: value by value where that only mirrors and moves by whole pixels, else between pixels.
#pragma once
#include "augment-draws.h"

// `count` values of an example from value number `first`, as floats.
INLINE void copy_values(const augmentation *a, float *target, int32_t example, intptr_t first, intptr_t count) {
  const intptr_t start = example * a->features + first;
  intptr_t i = 0;
  if (a->is_bytes) {
    const uint8_t *source = (const uint8_t *)a->examples + start;
    for (; i + VECTOR_FLOATS <= count; i += VECTOR_FLOATS) store(target + i, load_bytes(source + i));
    for (; i < count; i++) target[i] = (float)source[i];
  } else {
    const float *source = (const float *)a->examples + start;
    for (; i + VECTOR_FLOATS <= count; i += VECTOR_FLOATS) store(target + i, load(source + i));
    for (; i < count; i++) target[i] = source[i];
  }
}

INLINE void fill_values(float *target, intptr_t count, float value) {
  for (intptr_t i = 0; i < count; i++) target[i] = value;
}

INLINE intptr_t limited(intptr_t value, intptr_t least, intptr_t most) {
  return value < least ? least : value > most ? most : value;
}

INLINE int is_whole(double x) { return (double)(int64_t)x == x; }

// True when each new pixel is one old one.
INLINE int moves_whole_pixels(const augmentation *a, const image_map *m) {
  return m->xy == 0 && m->yx == 0 && m->xx * m->xx == 1 && m->yy * m->yy == 1 && is_whole(m->x) && is_whole(m->y) &&
         2 * m->reach_x >= (double)(a->width - 1) && 2 * m->reach_y >= (double)(a->height - 1);
}

// Pixels from the last one at `source` backwards.
INLINE void mirror_pixels(float *target, const float *source, intptr_t pixels, intptr_t channels) {
  for (intptr_t x = 0; x < pixels; x++)
    for (intptr_t c = 0; c < channels; c++) target[x * channels + c] = source[c - x * channels];
}

// Columns [first, end) of a row that lie outside of the image; x goes to x_start + x_step x of source row `source`.
typedef struct {
  int32_t example;
  intptr_t source, first, end, x_start, x_step;
} outside;

INLINE void fill_outside(const augmentation *a, float *row, outside o) {
  const intptr_t channels = a->channels;
  if (!a->is_edge) fill_values(row + o.first * channels, (o.end - o.first) * channels, a->fill);
  else
    for (intptr_t x = o.first; x < o.end; x++) {
      const intptr_t nearest = limited(o.x_start + o.x_step * x, 0, a->width - 1) * channels;
      copy_values(a, row + x * channels, o.example, o.source + nearest, channels);
    }
}

static void copy_pixels(const augmentation *a, const image_map *m, int32_t example, float *target) {
  const intptr_t channels = a->channels, width = a->width, height = a->height;
  const intptr_t x_step = (intptr_t)m->xx, y_step = (intptr_t)m->yy;
  const intptr_t x_start = (x_step < 0 ? width - 1 : 0) + (intptr_t)m->x;
  const intptr_t y_start = (y_step < 0 ? height - 1 : 0) + (intptr_t)m->y;
  // Columns [first, end) come from the image.
  const intptr_t first = limited(x_step > 0 ? -x_start : x_start - width + 1, 0, width);
  const intptr_t end = limited(x_step > 0 ? width - x_start : x_start + 1, first, width);
  for (intptr_t y = 0; y < height; y++) {
    float *row = target + y * a->row;
    const intptr_t wanted = y_start + y_step * y, source_y = limited(wanted, 0, height - 1);
    if (!a->is_edge && wanted != source_y) {
      fill_values(row, a->row, a->fill);
      continue;
    }
    const intptr_t source = source_y * a->row;
    if (x_step > 0 && first < end) {
      copy_values(a, row + first * channels, example, source + (x_start + first) * channels, (end - first) * channels);
    } else if (first < end) {
      copy_values(a, a->padded, example, source, a->row);
      float *to = row + first * channels;
      const float *from = a->padded + (x_start - first) * channels;
      // Grey and colours have loops of their own.
      if (channels == 1) mirror_pixels(to, from, end - first, 1);
      else if (channels == 3) mirror_pixels(to, from, end - first, 3);
      else mirror_pixels(to, from, end - first, channels);
    }
    fill_outside(a, row, (outside){example, source, 0, first, x_start, x_step});
    fill_outside(a, row, (outside){example, source, end, width, x_start, x_step});
  }
}

// The image with one pixel of what lies outside before it and two after it, in both directions.
INLINE void pad_image(const augmentation *a, int32_t example) {
  const intptr_t channels = a->channels;
  for (intptr_t y = -1; y < a->height + 2; y++) {
    float *row = a->padded + (y + 1) * a->padded_row;
    const intptr_t source_y = limited(y, 0, a->height - 1);
    if (!a->is_edge && y != source_y) {
      fill_values(row, a->padded_row, a->fill);
      continue;
    }
    copy_values(a, row + channels, example, source_y * a->row, a->row);
    for (intptr_t c = 0; c < channels; c++) {
      float *end = row + channels + a->row + c;
      row[c] = a->is_edge ? row[channels + c] : a->fill;
      end[0] = end[channels] = a->is_edge ? row[a->row + c] : a->fill;
    }
  }
}

INLINE vector clamped(vector v, float least, float most) {
  const vector low = choose(v < splat(least), splat(least), v);
  return choose(low > splat(most), splat(most), low);
}

static void sample_pixels(const augmentation *a, const image_map *m, int32_t example, float *target) {
  pad_image(a, example);
  const double centre_x = (double)a->width / 2, centre_y = (double)a->height / 2;
  const vector xx = splat((float)m->xx), yx = splat((float)m->yx);
  const float reach = (float)m->reach_x, last_x = (float)(a->width + 1), last_y = (float)(a->height + 1);
  const float *right = a->padded + a->channels, *below = a->padded + a->padded_row, *across = below + a->channels;
  const vector_mask padded_row = (vector_mask){0} + (int32_t)a->padded_row;
  const vector_mask channels = (vector_mask){0} + (int32_t)a->channels;
  for (intptr_t y = 0; y < a->height; y++) {
    double place = (double)y + 0.5 - centre_y;
    place = place < -m->reach_y ? -m->reach_y : place > m->reach_y ? m->reach_y : place;
    // Half a pixel less to a pixel's index, one more for the margin.
    const vector row_x = splat((float)(m->xy * place + m->x + centre_x + 0.5));
    const vector row_y = splat((float)(m->yy * place + m->y + centre_y + 0.5));
    float *row = target + y * a->row;
    for (intptr_t done = 0; done < a->row; done += VECTOR_FLOATS) {
      // The last vector overlaps the one before; a row shorter than a vector is copied from beside.
      const intptr_t overlapping = a->row - VECTOR_FLOATS;
      const intptr_t at = overlapping >= 0 && done > overlapping ? overlapping : done;
      const vector from_centre = clamped(load(a->columns + at), -reach, reach);
      const vector source_x = clamped(fused_multiply_add(from_centre, xx, row_x), 0, last_x);
      const vector source_y = clamped(fused_multiply_add(from_centre, yx, row_y), 0, last_y);
      const vector_mask x = __builtin_convertvector(source_x, vector_mask);
      const vector_mask y_index = __builtin_convertvector(source_y, vector_mask);
      const vector part_x = source_x - __builtin_convertvector(x, vector);
      const vector part_y = source_y - __builtin_convertvector(y_index, vector);
      const vector_mask index = y_index * padded_row + x * channels + *(const integers_in_memory *)(a->channel + at);
      const vector top_left = load_at(a->padded, index), bottom_left = load_at(below, index);
      const vector top = fused_multiply_add(part_x, load_at(right, index) - top_left, top_left);
      const vector bottom = fused_multiply_add(part_x, load_at(across, index) - bottom_left, bottom_left);
      const vector value = fused_multiply_add(part_y, bottom - top, top);
      if (overlapping >= 0) store(row + at, value);
      else
        for (intptr_t i = 0; i < a->row; i++) row[i] = value[i];
    }
  }
}

// What the primitives of augmentation draw for one example, and the map that those which move pixels make together.
// Contract: src/learning/plan/kernels/augment.ts.
#pragma once
#include "abi.generated.h"
#include "context.h"
#include "math.h"
#include "philox.h"

// Everything that the examples of a call share.
typedef struct {
  const void *examples;
  intptr_t height, width, channels;
  intptr_t row;          // values in a row of the image
  intptr_t features;     // values in the image
  intptr_t stride;       // floats in a row of the batch
  intptr_t padded_row;   // floats in a row of the copy with its margin
  int is_bytes, is_edge;
  float range;           // what a value of 1 is in the examples' own unit
  float fill;            // what lies outside of an image, in the same unit
  const double *program;
  int32_t primitives;
  uint32_t key0, key1, epoch;
  float *columns;        // [row, padded to 16] a column's distance from the centre
  float *channel;        // [row, padded to 16] an element's channel, as an integer
  float *padded;         // [height + 3, padded_row]
} augmentation;

// Slots of a primitive before its settings.
enum { PRIMITIVE_KIND, PRIMITIVE_STREAM, PRIMITIVE_PROBABILITY, PRIMITIVE_SETTINGS };
enum { AUGMENT_ATTEMPTS = 10, AUGMENT_NOISE_BLOCK = 16 };

// A primitive's random numbers for one example.
typedef struct {
  uint32_t example, epoch, stream, key0, key1;
} draws;

INLINE void draw_words(const draws *d, uint32_t block, uint32_t *words) {
  philox_words(block, d->example, d->epoch, d->stream, d->key0, d->key1, words);
}
INLINE double fraction(uint32_t word) { return word * 0x1p-32; }
INLINE double drawn(const double *range, uint32_t word) { return range[0] + fraction(word) * (range[1] - range[0]); }

// From places of the new image to places of the old one, both from the centre: (xx x + xy y + x, yx x + yy y + y). Places
// farther out than the reach count as those at the reach.
typedef struct {
  double xx, xy, yx, yy, x, y, reach_x, reach_y;
} image_map;

// The map that first goes from the new image to the one before the step, by this map, and then on by `map`.
INLINE void precede(image_map *map, double xx, double xy, double yx, double yy, double x, double y) {
  const image_map m = *map;
  map->xx = m.xx * xx + m.xy * yx, map->xy = m.xx * xy + m.xy * yy, map->x = m.xx * x + m.xy * y + m.x;
  map->yx = m.yx * xx + m.yy * yx, map->yy = m.yx * xy + m.yy * yy, map->y = m.yx * x + m.yy * y + m.y;
}

static void draw_affine(image_map *map, const draws *d, const double *s) {
  uint32_t words[8];
  draw_words(d, 0, words);
  draw_words(d, 1, words + 4);
  double sine, cosine, tangent_x = 0, tangent_y = 0, unused;
  if (s[AFFINE_SHEAR_X_LOW] != 0 || s[AFFINE_SHEAR_X_HIGH] != 0) {
    sine_and_cosine_of_turns(drawn(s + AFFINE_SHEAR_X_LOW, words[5]), &tangent_x, &unused);
    tangent_x /= unused;
  }
  if (s[AFFINE_SHEAR_Y_LOW] != 0 || s[AFFINE_SHEAR_Y_HIGH] != 0) {
    sine_and_cosine_of_turns(drawn(s + AFFINE_SHEAR_Y_LOW, words[6]), &tangent_y, &unused);
    tangent_y /= unused;
  }
  sine_and_cosine_of_turns(drawn(s + AFFINE_TURNS_LOW, words[1]), &sine, &cosine);
  const double x = drawn(s + AFFINE_SHIFT_X_LOW, words[2]), y = drawn(s + AFFINE_SHIFT_Y_LOW, words[3]);
  const double scale = 1 / drawn(s + AFFINE_ZOOM_LOW, words[4]);
  // Backwards: shift, turn, scale, vertical shear, horizontal shear.
  const double yx = tangent_y * cosine + sine, yy = cosine - tangent_y * sine;
  const double xx = cosine + tangent_x * yx, xy = tangent_x * yy - sine;
  precede(map, scale * xx, scale * xy, scale * yx, scale * yy, -scale * (xx * x + xy * y), -scale * (yx * x + yy * y));
}

// Width and height of the box of attempt number `attempt`, and the draws for its place.
INLINE void draw_box(const draws *d, const double *range, uint32_t attempt, double area, double *size, uint32_t *words) {
  draw_words(d, 1 + attempt, words);
  const double drawn_area = area * drawn(range, words[0]), ratio = exponential_of_double(drawn(range + 2, words[1]));
  size[0] = __builtin_sqrt(drawn_area * ratio), size[1] = __builtin_sqrt(drawn_area / ratio);
}

static void draw_crop(image_map *map, const draws *d, const double *s, double width, double height) {
  double size[2], left, top;
  uint32_t words[4];
  int is_found = 0;
  for (uint32_t attempt = 0; attempt < AUGMENT_ATTEMPTS && !is_found; attempt++) {
    draw_box(d, s + CROP_AREA_LOW, attempt, width * height, size, words);
    is_found = size[0] <= width && size[1] <= height;
  }
  if (is_found) {
    left = fraction(words[2]) * (width - size[0]), top = fraction(words[3]) * (height - size[1]);
  } else {
    const double least = exponential_of_double(s[CROP_LOG_RATIO_LOW]), most = exponential_of_double(s[CROP_LOG_RATIO_HIGH]);
    size[0] = width / height > most ? height * most : width;
    size[1] = width / height < least ? width / least : height;
    left = (width - size[0]) / 2, top = (height - size[1]) / 2;
  }
  const double xx = size[0] / width, yy = size[1] / height;
  precede(map, xx, 0, 0, yy, left + (size[0] - width) / 2, top + (size[1] - height) / 2);
  // Half a pixel inside of the box, so that nothing outside of it is mixed in.
  map->reach_x = size[0] > 1 ? (width - 1 / xx) / 2 : 0;
  map->reach_y = size[1] > 1 ? (height - 1 / yy) / 2 : 0;
}

INLINE double drawn_pixels(double pixels, uint32_t word) {
  return (double)(int64_t)(fraction(word) * (2 * pixels + 1)) - pixels;
}

// The draws of primitive number `index` for an example. @returns whether it is done
INLINE int begin_primitive(const augmentation *a, int32_t index, int32_t example, draws *d, uint32_t *words) {
  const double *slots = a->program + (intptr_t)index * AUGMENT_PRIMITIVE_SLOTS;
  *d = (draws){(uint32_t)example, a->epoch, (uint32_t)slots[PRIMITIVE_STREAM], a->key0, a->key1};
  draw_words(d, 0, words);
  return fraction(words[0]) < slots[PRIMITIVE_PROBABILITY];
}

static image_map draw_map(const augmentation *a, int32_t example) {
  const double width = (double)a->width, height = (double)a->height;
  image_map map = {1, 0, 0, 1, 0, 0, width / 2, height / 2};
  for (int32_t index = 0; index < a->primitives; index++) {
    const double *slots = a->program + (intptr_t)index * AUGMENT_PRIMITIVE_SLOTS, *settings = slots + PRIMITIVE_SETTINGS;
    const int kind = (int)slots[PRIMITIVE_KIND];
    if (kind > AUGMENT_CROP) continue;
    draws d;
    uint32_t words[4];
    if (!begin_primitive(a, index, example, &d, words)) continue;
    switch (kind) {
      case AUGMENT_FLIP:
        if (settings[FLIP_IS_VERTICAL] != 0) precede(&map, 1, 0, 0, -1, 0, 0);
        else precede(&map, -1, 0, 0, 1, 0, 0);
        break;
      case AUGMENT_AFFINE: draw_affine(&map, &d, settings); break;
      case AUGMENT_JITTER: {
        const double pixels = settings[JITTER_PIXELS];
        precede(&map, 1, 0, 0, 1, -drawn_pixels(pixels, words[1]), -drawn_pixels(pixels, words[2]));
        break;
      }
      default: draw_crop(&map, &d, settings, width, height);
    }
  }
  return map;
}

// Which pixels the windows of a convolution read. Contract: src/learning/plan/kernels/convolution.ts.
#include "context.h"
#include "vector.h"

typedef struct {
  intptr_t height, width, kernel_height, kernel_width, stride, dilation, top, left, out_height, out_width;
  intptr_t pixel, row; // from pixel to pixel, and from example to example
} window;

#define WINDOW_OF(args) \
  { \
    (args)->height, (args)->width, (args)->kernel_height, (args)->kernel_width, (args)->stride, (args)->dilation, \
        (args)->top, (args)->left, (args)->out_height, (args)->out_width, (args)->pixel, (args)->input_row \
  }

INLINE intptr_t least(intptr_t a, intptr_t b) { return a < b ? a : b; }
INLINE intptr_t most(intptr_t a, intptr_t b) { return a > b ? a : b; }

// How many pixels windows reach over, from the first to the last.
INLINE intptr_t reach(const window *w, intptr_t windows, intptr_t taps) {
  return (windows - 1) * w->stride + (taps - 1) * w->dilation + 1;
}

// Whether all windows lie inside of the image.
static int is_inside(const window *w) {
  return w->top == 0 && w->left == 0 && reach(w, w->out_height, w->kernel_height) <= w->height &&
         reach(w, w->out_width, w->kernel_width) <= w->width;
}

typedef struct {
  intptr_t first, end;
} range;

// The windows whose tap lies inside of the image, along one dimension.
INLINE range windows_inside(intptr_t size, intptr_t windows, intptr_t stride, intptr_t before) {
  const intptr_t first = before > 0 ? (before + stride - 1) / stride : 0;
  const intptr_t last = size - 1 + before;
  return (range){first, last < 0 ? 0 : least(windows, last / stride + 1)};
}

// A table of places is filled by whole vectors, so it has room for one more than it needs.
enum { TABLE_SLACK = VECTOR_FLOATS };

// Writes start, start + step, ..., `count` of them and a few more.
INLINE void list_steps(int32_t *table, intptr_t count, intptr_t start, intptr_t step) {
  static const int32_t ascending[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  vector_mask values = *(const integers_in_memory *)ascending * (int32_t)step + (int32_t)start;
  for (intptr_t i = 0; i < count; i += VECTOR_FLOATS) {
    *(integers_in_memory *)(table + i) = values;
    values += VECTOR_FLOATS * (int32_t)step;
  }
}

// Lists the windows of a range, counted over all examples, whose tap (y, x) lies inside of the image: where the pixel lies
// that the tap reads, and the window's number times `scale`. @returns how many they are
static intptr_t list_windows(const window *w, intptr_t tap_y, intptr_t tap_x, range wanted, int32_t *pixels,
                             int32_t *numbers, intptr_t scale) {
  const intptr_t before_y = w->top - tap_y * w->dilation, before_x = w->left - tap_x * w->dilation;
  const range rows = windows_inside(w->height, w->out_height, w->stride, before_y);
  const range columns = windows_inside(w->width, w->out_width, w->stride, before_x);
  const intptr_t line = wanted.first / w->out_width, step = w->stride * w->pixel;
  intptr_t example = line / w->out_height, y = line % w->out_height, x = wanted.first % w->out_width, count = 0;
  for (intptr_t start = line * w->out_width; start < wanted.end; start += w->out_width) {
    const intptr_t first = most(x, columns.first), end = least(columns.end, wanted.end - start);
    if (y >= rows.first && y < rows.end && first < end) {
      const intptr_t from = example * w->row + ((y * w->stride - before_y) * w->width - before_x) * w->pixel;
      list_steps(pixels + count, end - first, from + first * step, step);
      list_steps(numbers + count, end - first, (start + first) * scale, scale);
      count += end - first;
    }
    x = 0;
    if (++y == w->out_height) y = 0, example++;
  }
  return count;
}

// Where the channels of taps lie from the start of a window. @param first of the (row, column, channel) of the kernel
static void list_taps(const window *w, intptr_t first, intptr_t count, int32_t *places) {
  const intptr_t tap = first / w->pixel;
  intptr_t channel = first % w->pixel, x = tap % w->kernel_width, y = tap / w->kernel_width;
  for (intptr_t i = 0; i < count;) {
    const intptr_t channels = least(w->pixel - channel, count - i);
    list_steps(places + i, channels, (y * w->width + x) * w->dilation * w->pixel + channel, 1);
    i += channels;
    channel = 0;
    if (++x == w->kernel_width) x = 0, y++;
  }
}

// Copies the images and puts zeros around them, as far as windows reach. @returns the windows over the copies
static window pad_images(const window *w, intptr_t images, const float *input, float *padded) {
  window inside = *w;
  inside.top = inside.left = 0;
  inside.height = reach(w, w->out_height, w->kernel_height);
  inside.width = reach(w, w->out_width, w->kernel_width);
  inside.row = inside.height * inside.width * w->pixel;
  const intptr_t line = inside.width * w->pixel;
  const intptr_t start = least(w->left, inside.width) * w->pixel;
  const intptr_t end = most(start, least(w->left + w->width, inside.width) * w->pixel);
  for (intptr_t row = 0; row < images * inside.height; row++) {
    const intptr_t y = row % inside.height - w->top;
    const int is_zero = y < 0 || y >= w->height;
    const float *from = input + row / inside.height * w->row + y * w->width * w->pixel;
    float *to = padded + row * line;
    for (intptr_t i = 0; i < (is_zero ? line : start); i++) to[i] = 0;
    if (is_zero) continue;
    for (intptr_t i = start; i < end; i++) to[i] = from[i - start];
    for (intptr_t i = end; i < line; i++) to[i] = 0;
  }
  return inside;
}

// The gradient of a relu in front of a layer.
static void mask_by_positive(float *gradient, const float *activated, intptr_t count) {
  for (intptr_t i = 0; i < count; i += VECTOR_FLOATS)
    store(gradient + i, where_positive(load(gradient + i), load(activated + i)));
}

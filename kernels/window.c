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

// Lists the windows [first, last), counted over all examples, whose tap (y, x) lies inside of the image: where the pixel
// lies that the tap reads, and the window's number times `scale`. @returns how many they are
static intptr_t list_windows(const window *w, intptr_t tap_y, intptr_t tap_x, range wanted, int32_t *pixels,
                             int32_t *numbers, intptr_t scale) {
  const intptr_t before_y = w->top - tap_y * w->dilation, before_x = w->left - tap_x * w->dilation;
  const range rows = windows_inside(w->height, w->out_height, w->stride, before_y);
  const range columns = windows_inside(w->width, w->out_width, w->stride, before_x);
  intptr_t count = 0;
  intptr_t line = wanted.first / w->out_width, x = wanted.first % w->out_width;
  for (intptr_t number = wanted.first; number < wanted.end; line++) {
    const intptr_t start = number - x, end = least(w->out_width, wanted.end - start);
    const intptr_t example = line / w->out_height, y = line % w->out_height;
    if (y >= rows.first && y < rows.end) {
      const intptr_t from = example * w->row + ((y * w->stride - before_y) * w->width - before_x) * w->pixel;
      const intptr_t step = w->stride * w->pixel;
      for (intptr_t i = most(x, columns.first); i < least(end, columns.end); i++, count++) {
        pixels[count] = (int32_t)(from + i * step);
        numbers[count] = (int32_t)((start + i) * scale);
      }
    }
    number = start + end;
    x = 0;
  }
  return count;
}

// Where the channels of taps lie from the start of a window. @param first of the (row, column, channel) of the kernel
static void list_taps(const window *w, intptr_t first, intptr_t count, int32_t *places) {
  const intptr_t tap = first / w->pixel;
  intptr_t channel = first % w->pixel, x = tap % w->kernel_width, y = tap / w->kernel_width;
  for (intptr_t i = 0; i < count;) {
    const intptr_t place = (y * w->width + x) * w->dilation * w->pixel;
    for (; channel < w->pixel && i < count; channel++, i++) places[i] = (int32_t)(place + channel);
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

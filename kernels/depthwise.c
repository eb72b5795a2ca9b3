// The convolution of each channel with a filter of its own. Contracts: src/learning/plan/kernels/depthwise.ts.
#include "abi.generated.h"
#include "context.h"

// Taps of one window that lie inside of the image, along one dimension. @param before pixels to the left of the image
INLINE range taps_inside(intptr_t size, intptr_t taps, intptr_t dilation, intptr_t before) {
  const intptr_t first = before > 0 ? (before + dilation - 1) / dilation : 0;
  const intptr_t last = size - 1 + before;
  return (range){first, last < 0 ? 0 : least(taps, last / dilation + 1)};
}

// One window: where its first tap would lie, and which of its taps are inside.
typedef struct {
  intptr_t place;
  range rows, columns;
} window_place;

INLINE window_place place_window(const window *w, intptr_t example, intptr_t y, intptr_t x) {
  const intptr_t above = w->top - y * w->stride, before = w->left - x * w->stride;
  return (window_place){
      .place = example * w->row - (above * w->width + before) * w->pixel,
      .rows = taps_inside(w->height, w->kernel_height, w->dilation, above),
      .columns = taps_inside(w->width, w->kernel_width, w->dilation, before),
  };
}

#define FOR_EACH_WINDOW(w, batch) \
  for (intptr_t example = 0, number = 0; example < (batch); example++) \
    for (intptr_t y = 0; y < (w).out_height; y++) \
      for (intptr_t x = 0; x < (w).out_width; x++, number++)

#define FOR_EACH_TAP_INSIDE(w, at) \
  for (intptr_t ky = (at).rows.first; ky < (at).rows.end; ky++) \
    for (intptr_t kx = (at).columns.first, tap = ky * (w).kernel_width + kx, \
                  from = (at).place + (ky * (w).width + kx) * (w).dilation * (w).pixel; \
         kx < (at).columns.end; kx++, tap++, from += (w).dilation * (w).pixel)

static void depthwise_forward(const context *ctx, const depthwise_forward_arguments *args) {
  const window w = WINDOW_OF(args);
  const float *input = ctx->arena + args->input, *weight = ctx->arena + args->weight;
  const float *bias = args->bias >= 0 ? ctx->arena + args->bias : 0;
  FOR_EACH_WINDOW(w, ctx->batch) {
    const window_place at = place_window(&w, example, y, x);
    float *output = ctx->arena + args->output + number * w.pixel;
    for (intptr_t channel = 0; channel < w.pixel; channel += VECTOR_FLOATS) {
      vector sum = bias ? load(bias + channel) : splat(0.f);
      FOR_EACH_TAP_INSIDE(w, at)
        sum = fused_multiply_add(load(input + from + channel), load(weight + tap * w.pixel + channel), sum);
      store(output + channel, args->activation == 1 ? positive_part(sum) : sum);
    }
  }
}

static void depthwise_input_gradient(const context *ctx, const depthwise_input_gradient_arguments *args) {
  const window w = WINDOW_OF(args);
  const float *weight = ctx->arena + args->weight;
  float *input_gradient = ctx->arena + args->input_gradient;
  for (intptr_t i = 0; i < ctx->batch * w.row; i += VECTOR_FLOATS) store(input_gradient + i, splat(0.f));
  FOR_EACH_WINDOW(w, ctx->batch) {
    const window_place at = place_window(&w, example, y, x);
    const float *output_gradient = ctx->arena + args->output_gradient + number * w.pixel;
    for (intptr_t channel = 0; channel < w.pixel; channel += VECTOR_FLOATS) {
      const vector gradient = load(output_gradient + channel);
      FOR_EACH_TAP_INSIDE(w, at) {
        float *to = input_gradient + from + channel;
        store(to, fused_multiply_add(gradient, load(weight + tap * w.pixel + channel), load(to)));
      }
    }
  }
  if (args->activated >= 0) mask_by_positive(input_gradient, ctx->arena + args->activated, ctx->batch * w.row);
}

static void depthwise_weight_gradient(const context *ctx, const depthwise_weight_gradient_arguments *args) {
  const window w = WINDOW_OF(args);
  const float *input = ctx->arena + args->input;
  float *weight_gradient = ctx->arena + args->weight_gradient;
  if (ctx->is_first_chunk)
    for (intptr_t i = 0; i < w.kernel_height * w.kernel_width * w.pixel; i += VECTOR_FLOATS)
      store(weight_gradient + i, splat(0.f));
  FOR_EACH_WINDOW(w, ctx->batch) {
    const window_place at = place_window(&w, example, y, x);
    const float *output_gradient = ctx->arena + args->output_gradient + number * w.pixel;
    for (intptr_t channel = 0; channel < w.pixel; channel += VECTOR_FLOATS) {
      const vector gradient = load(output_gradient + channel);
      FOR_EACH_TAP_INSIDE(w, at) {
        float *to = weight_gradient + tap * w.pixel + channel;
        store(to, fused_multiply_add(gradient, load(input + from + channel), load(to)));
      }
    }
  }
}

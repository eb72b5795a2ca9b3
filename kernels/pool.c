// Pooling of images. Contracts: src/learning/plan/kernels/pool.ts.
#include "abi.generated.h"
#include "context.h"
#include "vector.h"

// Rows or columns of a window: [first, end) of those inside the image, counted from the window's start.
typedef struct {
  intptr_t start, first, end;
} span;

INLINE span window_span(intptr_t index, intptr_t stride, intptr_t pad, intptr_t size, intptr_t pixels) {
  const intptr_t start = index * stride - pad;
  return (span){start, start < 0 ? -start : 0, start + size > pixels ? pixels - start : size};
}

INLINE void clear(float *values, intptr_t count) {
  for (intptr_t i = 0; i < count; i += VECTOR_FLOATS) store(values + i, splat(0.f));
}

// `size` is that of the windows where it is known beforehand: they are squares side by side, all of them inside. Else 0.
INLINE void max_pool_windows(const int size, const context *ctx, const max_pool_arguments *args) {
  const intptr_t channels = args->channels, row = args->width * channels;
  const intptr_t size_height = size ? size : args->size_height, size_width = size ? size : args->size_width;
  const float *input = ctx->arena + args->input;
  float *output = ctx->arena + args->output, *winners = args->winners >= 0 ? ctx->arena + args->winners : 0;
  for (intptr_t b = 0; b < ctx->batch; b++, input += args->height * row) {
    for (intptr_t y = 0; y < args->out_height; y++) {
      const span rows = size ? (span){y * size, 0, size}
                             : window_span(y, args->stride_height, args->pad_height, size_height, args->height);
      for (intptr_t x = 0; x < args->out_width; x++) {
        const span columns = size ? (span){x * size, 0, size}
                                  : window_span(x, args->stride_width, args->pad_width, size_width, args->width);
        const float *window = input + rows.start * row + columns.start * channels;
        for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
          vector largest = load(window + rows.first * row + columns.first * channels + c);
          vector winner = splat((float)(rows.first * size_width + columns.first));
          UNROLL for (intptr_t i = rows.first; i < rows.end; i++) {
            UNROLL for (intptr_t j = columns.first; j < columns.end; j++) {
              if (i == rows.first && j == columns.first) continue;
              const vector value = load(window + i * row + j * channels + c);
              // A NaN takes the place of anything and gives it to nothing but the next NaN.
              const vector_mask is_larger = (value > largest) | (value != value);
              largest = choose(is_larger, value, largest);
              winner = choose(is_larger, splat((float)(i * size_width + j)), winner);
            }
          }
          if (args->activation == 1) {
            winner = choose(largest > splat(0.f), winner, splat(-1.f));
            largest = positive_part(largest);
          }
          store(output + c, largest);
          if (winners) store(winners + c, winner);
        }
        output += channels;
        if (winners) winners += channels;
      }
    }
  }
}

#define ARE_SQUARES_OF_TWO(args) \
  ((args)->size_height == 2 && (args)->size_width == 2 && (args)->stride_height == 2 && (args)->stride_width == 2 && \
   (args)->pad_height == 0 && (args)->pad_width == 0)

static void max_pool(const context *ctx, const max_pool_arguments *args) {
  if (ARE_SQUARES_OF_TWO(args)) max_pool_windows(2, ctx, args);
  else max_pool_windows(0, ctx, args);
}

INLINE void max_pool_gradient_windows(const int size, const context *ctx, const max_pool_gradient_arguments *args) {
  const intptr_t channels = args->channels, row = args->width * channels, image = args->height * row;
  const intptr_t size_height = size ? size : args->size_height, size_width = size ? size : args->size_width;
  const int covers = size && args->height == args->out_height * size && args->width == args->out_width * size;
  const float *winners = ctx->arena + args->winners, *gradient = ctx->arena + args->output_gradient;
  float *result = ctx->arena + args->input_gradient;
  for (intptr_t b = 0; b < ctx->batch; b++, result += image) {
    if (!covers) clear(result, image);
    for (intptr_t y = 0; y < args->out_height; y++) {
      const span rows = size ? (span){y * size, 0, size}
                             : window_span(y, args->stride_height, args->pad_height, size_height, args->height);
      for (intptr_t x = 0; x < args->out_width; x++, winners += channels, gradient += channels) {
        const span columns = size ? (span){x * size, 0, size}
                                  : window_span(x, args->stride_width, args->pad_width, size_width, args->width);
        float *window = result + rows.start * row + columns.start * channels;
        for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
          const vector winner = load(winners + c), share = load(gradient + c);
          UNROLL for (intptr_t i = rows.first; i < rows.end; i++) {
            UNROLL for (intptr_t j = columns.first; j < columns.end; j++) {
              float *place = window + i * row + j * channels + c;
              const vector_mask has_won = winner == splat((float)(i * size_width + j));
              const vector won = (vector)(has_won & (vector_mask)share);
              store(place, size ? won : load(place) + won);
            }
          }
        }
      }
    }
  }
}

static void max_pool_gradient(const context *ctx, const max_pool_gradient_arguments *args) {
  if (ARE_SQUARES_OF_TWO(args)) max_pool_gradient_windows(2, ctx, args);
  else max_pool_gradient_windows(0, ctx, args);
}

enum { BINS_WINDOWS, BINS_INSIDE, BINS_ADAPTIVE };

// Rows or columns [first, end) of the image, and how many the mean counts.
typedef struct {
  intptr_t first, end, count;
} bin;

// What the two kernels of averages have in common.
typedef struct {
  intptr_t pixels, outputs, size, stride, pad;
  int kind;
} bin_row;

INLINE bin bin_at(const bin_row *of, intptr_t index) {
  if (of->kind == BINS_ADAPTIVE) {
    const intptr_t first = index * of->pixels / of->outputs;
    const intptr_t end = ((index + 1) * of->pixels + of->outputs - 1) / of->outputs;
    return (bin){first, end, end - first};
  }
  const span s = window_span(index, of->stride, of->pad, of->size, of->pixels);
  return (bin){s.start + s.first, s.start + s.end, of->kind == BINS_WINDOWS ? of->size : s.end - s.first};
}

// Whether every pixel is in exactly one bin.
INLINE int is_tiled(const bin_row *of) {
  if (of->kind == BINS_ADAPTIVE) return of->pixels % of->outputs == 0;
  return of->pad == 0 && of->size == of->stride && of->pixels == of->outputs * of->size;
}

#define BIN_ROWS(args) \
  {(args)->height, (args)->out_height, (args)->size_height, (args)->stride_height, (args)->pad_height, (args)->bins}
#define BIN_COLUMNS(args) \
  {(args)->width, (args)->out_width, (args)->size_width, (args)->stride_width, (args)->pad_width, (args)->bins}

static void average_pool(const context *ctx, const average_pool_arguments *args) {
  const intptr_t channels = args->channels, row = args->width * channels;
  const bin_row all_rows = BIN_ROWS(args), all_columns = BIN_COLUMNS(args);
  const float *input = ctx->arena + args->input;
  float *output = ctx->arena + args->output;
  for (intptr_t b = 0; b < ctx->batch; b++, input += args->height * row) {
    for (intptr_t y = 0; y < args->out_height; y++) {
      const bin rows = bin_at(&all_rows, y);
      for (intptr_t x = 0; x < args->out_width; x++, output += channels) {
        const bin columns = bin_at(&all_columns, x);
        const vector count = splat((float)(rows.count * columns.count));
        for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
          vector sum = splat(0.f);
          for (intptr_t i = rows.first; i < rows.end; i++)
            for (intptr_t j = columns.first; j < columns.end; j++) sum += load(input + i * row + j * channels + c);
          store(output + c, sum / count);
        }
      }
    }
  }
}

static void average_pool_gradient(const context *ctx, const average_pool_gradient_arguments *args) {
  const intptr_t channels = args->channels, row = args->width * channels, image = args->height * row;
  const bin_row all_rows = BIN_ROWS(args), all_columns = BIN_COLUMNS(args);
  const int covers = is_tiled(&all_rows) && is_tiled(&all_columns);
  const float *gradient = ctx->arena + args->output_gradient;
  float *result = ctx->arena + args->input_gradient;
  for (intptr_t b = 0; b < ctx->batch; b++, result += image) {
    if (!covers) clear(result, image);
    for (intptr_t y = 0; y < args->out_height; y++) {
      const bin rows = bin_at(&all_rows, y);
      for (intptr_t x = 0; x < args->out_width; x++, gradient += channels) {
        const bin columns = bin_at(&all_columns, x);
        const vector count = splat((float)(rows.count * columns.count));
        for (intptr_t c = 0; c < channels; c += VECTOR_FLOATS) {
          const vector share = load(gradient + c) / count;
          for (intptr_t i = rows.first; i < rows.end; i++) {
            for (intptr_t j = columns.first; j < columns.end; j++) {
              float *place = result + i * row + j * channels + c;
              store(place, covers ? share : load(place) + share);
            }
          }
        }
      }
    }
  }
}

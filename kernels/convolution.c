// The convolution as gathered products: windows are read where they lie. Contracts:
// src/learning/plan/kernels/convolution.ts.
//
// Where all windows lie inside of the image (or of its copy with zeros around it), a block of the depth goes over the taps
// as it likes. Where they do not, each tap is a product of its own over the windows whose tap lies inside, and nothing is
// multiplied by the zeros around the image.
#include "abi.generated.h"
#include "context.h"

// Windows that pass by while a block of B stays in the first-level cache; their part of C stays in the second.
enum { LONGEST_BAND = 256 };
// Of a weight's gradient, whose depth they are: what is read and what is added to both stay in the second-level cache.
enum { LONGEST_WEIGHT_BAND = 512, LONGEST_WEIGHT_BLOCK = 96 };

// Even parts of a count, none longer than the limit.
INLINE intptr_t even_part(intptr_t count, intptr_t limit) {
  const intptr_t parts = (count + limit - 1) / limit;
  return parts == 0 ? 1 : (count + parts - 1) / parts;
}

// One block of a product for all its columns, or for one tile's.
typedef struct {
  gathered_product product;
  int32_t a_rows[LONGEST_BAND + TABLE_SLACK], c_rows[LONGEST_BAND + TABLE_SLACK];
  int32_t a_depth[LONGEST_BLOCK + TABLE_SLACK], b_depth[LONGEST_BLOCK + TABLE_SLACK];
} gathered_block;

// Every window in the band by every tap, which are all inside.
static void forward_inside(const window *w, range band, gathered_block *block) {
  gathered_product *p = &block->product;
  const intptr_t depth = w->kernel_height * w->kernel_width * w->pixel, step = block_depth(depth);
  const enum epilogue epilogue = p->epilogue;
  p->rows = list_windows(w, 0, 0, band, block->a_rows, block->c_rows, 1);
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    for (intptr_t first = 0; first < depth; first += step) {
      p->depth = least(step, depth - first);
      p->b_first = first;
      p->adds_to_c = first > 0;
      p->epilogue = first + step < depth ? STORE : epilogue;
      list_taps(w, first, p->depth, block->a_depth);
      multiply_gathered(p, column, vectors);
    }
  }
  p->epilogue = epilogue;
}

// Tap by tap, added to the bias.
static void forward_across_border(const window *w, range band, gathered_block *block) {
  gathered_product *p = &block->product;
  const intptr_t step = block_depth(w->pixel), taps = w->kernel_height * w->kernel_width;
  float *output = p->c + band.first * p->columns;
  const intptr_t floats = (band.end - band.first) * p->columns;
  for (intptr_t i = 0; i < floats; i += p->columns)
    for (intptr_t column = 0; column < p->columns; column += VECTOR_FLOATS)
      store(output + i + column, p->bias ? load(p->bias + column) : splat(0.f));
  const enum epilogue epilogue = p->epilogue;
  p->epilogue = STORE;
  p->adds_to_c = 1;
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    for (intptr_t tap = 0; tap < taps; tap++) {
      p->rows = list_windows(w, tap / w->kernel_width, tap % w->kernel_width, band, block->a_rows, block->c_rows, 1);
      for (intptr_t first = 0; first < w->pixel; first += step) {
        p->depth = least(step, w->pixel - first);
        p->b_first = tap * w->pixel + first;
        list_steps(block->a_depth, p->depth, first, 1);
        multiply_gathered(p, column, vectors);
      }
    }
  }
  p->epilogue = epilogue;
  if (epilogue != ADD_BIAS_RELU) return;
  for (intptr_t i = 0; i < floats; i += VECTOR_FLOATS) store(output + i, positive_part(load(output + i)));
}

static void convolution_forward(const context *ctx, const convolution_forward_arguments *args) {
  float *arena = ctx->arena;
  window w = WINDOW_OF(args);
  const float *input = arena + args->input;
  if (args->padded >= 0) {
    w = pad_images(&w, ctx->batch, input, arena + args->padded);
    input = arena + args->padded;
  }
  const intptr_t out = args->out, depth = w.kernel_height * w.kernel_width * w.pixel;
  gathered_block block;
  block.product = (gathered_product){
      .columns = out,
      .a = input,
      .a_rows = block.a_rows,
      .a_depth = block.a_depth,
      .b = arena + args->weight,
      .b_panel = panel_offset(depth, PANEL_WIDTH),
      .b_columns = out,
      .c = arena + args->output,
      .c_rows = block.c_rows,
      .c_columns = out,
      .epilogue = args->activation == 1 ? ADD_BIAS_RELU : ADD_BIAS,
      .bias = args->bias >= 0 ? arena + args->bias : 0,
  };
  const int inside = is_inside(&w);
  const intptr_t windows = ctx->batch * w.out_height * w.out_width, step = even_part(windows, LONGEST_BAND);
  for (intptr_t first = 0; first < windows; first += step) {
    const range band = {first, least(first + step, windows)};
    if (inside)
      forward_inside(&w, band, &block);
    else
      forward_across_border(&w, band, &block);
  }
}

// Each window adds to the pixel that its tap reads, tap by tap.
static void input_gradient_by_taps(const window *w, range band, intptr_t out, const float *transposed,
                                   gathered_block *block) {
  gathered_product *p = &block->product;
  const intptr_t step = block_depth(out);
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    for (intptr_t x = 0; x < w->kernel_width; x++) {
      p->b = transposed + x * w->kernel_height * out * p->columns;
      for (intptr_t y = 0; y < w->kernel_height; y++) {
        p->rows = list_windows(w, y, x, band, block->c_rows, block->a_rows, out);
        for (intptr_t first = 0; first < out; first += step) {
          p->depth = least(step, out - first);
          p->b_first = y * out + first;
          list_steps(block->a_depth, p->depth, first, 1);
          multiply_gathered(p, column, vectors);
        }
      }
    }
  }
}

// Line by line of some images, whose windows begin at every pixel: a column of taps at a time, so that shallow gradients
// are summed over several taps before they are stored.
static void input_gradient_by_lines(const window *w, range images, intptr_t out, const float *transposed,
                                    gathered_block *block) {
  gathered_product *p = &block->product;
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    for (intptr_t line = 0; line < w->height; line++) {
      // Tap y of the window at line - (y dilation - top) reads this line.
      const intptr_t last = line + w->top, beyond = last - (w->out_height - 1);
      const range taps = {beyond > 0 ? (beyond + w->dilation - 1) / w->dilation : 0,
                          least(w->kernel_height, last / w->dilation + 1)};
      if (taps.end <= taps.first) continue;
      const intptr_t depth = (taps.end - taps.first) * out, step = block_depth(depth);
      for (intptr_t x = 0; x < w->kernel_width; x++) {
        const intptr_t before = w->left - x * w->dilation;
        const range windows = windows_inside(w->width, w->out_width, 1, before);
        const intptr_t count = windows.end - windows.first;
        p->rows = 0;
        for (intptr_t image = images.first; image < images.end && count > 0; image++, p->rows += count) {
          const intptr_t window_number = image * w->out_height * w->out_width + windows.first;
          list_steps(block->a_rows + p->rows, count, window_number * out, out);
          list_steps(block->c_rows + p->rows, count, (image * w->height + line) * w->width + windows.first - before, 1);
        }
        p->b = transposed + x * w->kernel_height * out * p->columns;
        for (intptr_t first = 0; first < depth; first += step) {
          p->depth = least(step, depth - first);
          p->b_first = taps.first * out + first;
          for (intptr_t k = 0; k < p->depth;) {
            const intptr_t tap = taps.first + (first + k) / out, filter = (first + k) % out;
            const intptr_t filters = least(out - filter, p->depth - k);
            list_steps(block->a_depth + k, filters, (last - tap * w->dilation) * w->out_width * out + filter, 1);
            k += filters;
          }
          multiply_gathered(p, column, vectors);
        }
      }
    }
  }
}

static void convolution_input_gradient(const context *ctx, const convolution_input_gradient_arguments *args) {
  float *arena = ctx->arena;
  window w = WINDOW_OF(args);
  const intptr_t pixel = w.pixel, row = w.row, out = args->out, taps = w.kernel_height * w.kernel_width;
  const intptr_t column_depth = w.kernel_height * out;
  float *transposed = arena + args->transposed, *input_gradient = arena + args->input_gradient;
  if (ctx->is_first_chunk)
    for (intptr_t tap = 0; tap < taps; tap++) {
      const intptr_t y = tap / w.kernel_width, x = tap % w.kernel_width;
      transpose_panels(arena + args->weight, (panel_rows){taps * pixel, tap * pixel},
                       transposed + x * column_depth * pixel, (panel_rows){column_depth, y * out}, pixel, out);
    }
  for (intptr_t i = 0; i < ctx->batch * row; i += VECTOR_FLOATS) store(input_gradient + i, splat(0.f));
  gathered_block block;
  block.product = (gathered_product){
      .columns = pixel,
      .a = arena + args->output_gradient,
      .a_rows = block.a_rows,
      .a_depth = block.a_depth,
      .b_panel = panel_offset(column_depth, PANEL_WIDTH),
      .b_columns = pixel,
      .c = input_gradient,
      .c_rows = block.c_rows,
      .c_columns = pixel,
      .adds_to_c = 1,
      .epilogue = STORE,
  };
  if (w.stride == 1 && out < LONGEST_BLOCK && w.out_width <= LONGEST_BAND) {
    const intptr_t step = even_part(ctx->batch, LONGEST_BAND / w.out_width);
    for (intptr_t first = 0; first < ctx->batch; first += step)
      input_gradient_by_lines(&w, (range){first, least(first + step, ctx->batch)}, out, transposed, &block);
  } else {
    // Pixels are rows of C now, which are counted.
    w.row = w.height * w.width;
    w.pixel = 1;
    const intptr_t windows = ctx->batch * w.out_height * w.out_width, step = even_part(windows, LONGEST_BAND);
    for (intptr_t first = 0; first < windows; first += step)
      input_gradient_by_taps(&w, (range){first, least(first + step, windows)}, out, transposed, &block);
  }
  if (args->activated >= 0) mask_by_positive(input_gradient, arena + args->activated, ctx->batch * row);
}

// Some rows of the weight's gradient, of any taps that are all inside, over the windows of a band.
static void weight_gradient_inside(const window *w, range rows, range band, gathered_block *block) {
  gathered_product *p = &block->product;
  const intptr_t step = even_part(band.end - band.first, LONGEST_WEIGHT_BLOCK);
  const int adds_to_c = p->adds_to_c;
  p->rows = rows.end - rows.first;
  list_taps(w, rows.first, p->rows, block->a_rows);
  list_steps(block->c_rows, p->rows, rows.first, 1);
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    p->adds_to_c = adds_to_c;
    for (intptr_t first = band.first; first < band.end; first += step) {
      const range part = {first, least(first + step, band.end)};
      p->b_first = first;
      p->depth = list_windows(w, 0, 0, part, block->a_depth, block->b_depth, 1);
      multiply_gathered(p, column, vectors);
      p->adds_to_c = 1;
    }
  }
  p->adds_to_c = adds_to_c;
}

// Channels of one tap over the windows of a band whose tap is inside.
static void weight_gradient_of_tap(const window *w, intptr_t tap, range channels, range band, gathered_block *block) {
  gathered_product *p = &block->product;
  const intptr_t step = even_part(band.end - band.first, LONGEST_WEIGHT_BLOCK);
  const intptr_t y = tap / w->kernel_width, x = tap % w->kernel_width;
  const int adds_to_c = p->adds_to_c;
  p->rows = channels.end - channels.first;
  list_steps(block->a_rows, p->rows, channels.first, 1);
  list_steps(block->c_rows, p->rows, tap * w->pixel + channels.first, 1);
  int vectors;
  for (intptr_t column = 0; column < p->columns; column += vectors * VECTOR_FLOATS) {
    vectors = tile_vectors(p->columns - column);
    p->adds_to_c = adds_to_c;
    for (intptr_t first = band.first; first < band.end; first += step) {
      const range part = {first, least(first + step, band.end)};
      p->depth = list_windows(w, y, x, part, block->a_depth, block->b_depth, 1);
      // A tap that lies outside in all of the band has no gradient there.
      if (p->depth == 0 && (p->adds_to_c || first + step < band.end)) continue;
      multiply_gathered(p, column, vectors);
      p->adds_to_c = 1;
    }
  }
  p->adds_to_c = adds_to_c;
}

static void convolution_weight_gradient(const context *ctx, const convolution_weight_gradient_arguments *args) {
  float *arena = ctx->arena;
  window w = WINDOW_OF(args);
  const float *input = arena + args->input, *output_gradient = arena + args->output_gradient;
  const intptr_t out = args->out, windows = ctx->batch * w.out_height * w.out_width;
  if (args->padded >= 0) {
    w = pad_images(&w, ctx->batch, input, arena + args->padded);
    input = arena + args->padded;
  }
  const int is_packed = args->packed >= 0;
  if (is_packed) pack_panels(output_gradient, arena + args->packed, windows, out);
  const intptr_t taps = w.kernel_height * w.kernel_width, rows = taps * w.pixel;
  gathered_block block;
  block.product = (gathered_product){
      .columns = out,
      .a = input,
      .a_rows = block.a_rows,
      .a_depth = block.a_depth,
      .b = is_packed ? arena + args->packed : output_gradient,
      .b_panel = is_packed ? panel_offset(windows, PANEL_WIDTH) : 0,
      .b_columns = out,
      .c = arena + args->weight_gradient,
      .c_rows = block.c_rows,
      .c_panel = panel_offset(rows, PANEL_WIDTH),
      .c_columns = out,
      .adds_to_c = !ctx->is_first_chunk,
      .epilogue = STORE,
  };
  const int inside = is_inside(&w);
  if (!inside) block.product.b_depth = block.b_depth;
  const intptr_t most_rows = inside ? rows : w.pixel, row_step = even_part(most_rows, LONGEST_BAND);
  const intptr_t step = even_part(windows, LONGEST_WEIGHT_BAND);
  for (intptr_t first = 0; first < windows; first += step) {
    const range band = {first, least(first + step, windows)};
    for (intptr_t tap = 0; tap < (inside ? 1 : taps); tap++)
      for (intptr_t row = 0; row < most_rows; row += row_step) {
        const range some = {row, least(row + row_step, most_rows)};
        if (inside)
          weight_gradient_inside(&w, some, band, &block);
        else
          weight_gradient_of_tap(&w, tap, some, band, &block);
      }
    block.product.adds_to_c = 1;
  }
}

// Sums pixels in order, four sums side by side in each example.
static void convolution_bias_gradient(const context *ctx, const convolution_bias_gradient_arguments *args) {
  enum { SUMS = 4, VECTORS = 2, COLUMNS = VECTORS * VECTOR_FLOATS };
  const intptr_t out = args->out, pixels = args->pixels;
  float *bias_gradient = ctx->arena + args->bias_gradient;
  for (intptr_t column = 0; column < out; column += COLUMNS) {
    // The last vector alone is read twice.
    const intptr_t second = column + VECTOR_FLOATS < out ? VECTOR_FLOATS : 0;
    for (intptr_t row = 0; row < ctx->batch; row++) {
      const float *gradient = ctx->arena + args->output_gradient + row * pixels * out + column;
      vector sum[SUMS][VECTORS];
      UNROLL for (int j = 0; j < SUMS; j++) sum[j][0] = sum[j][1] = splat(0.f);
      intptr_t i = 0;
      for (; i + SUMS <= pixels; i += SUMS)
        UNROLL for (int j = 0; j < SUMS; j++) {
          sum[j][0] += load(gradient + (i + j) * out);
          sum[j][1] += load(gradient + (i + j) * out + second);
        }
      for (; i < pixels; i++) {
        sum[0][0] += load(gradient + i * out);
        sum[0][1] += load(gradient + i * out + second);
      }
      const int is_first = ctx->is_first_chunk && row == 0;
      UNROLL for (int k = VECTORS - 1; k >= 0; k--) {
        float *to = bias_gradient + column + k * second;
        const vector total = (sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k]);
        if (k == 0 || second > 0) store(to, is_first ? total : load(to) + total);
      }
    }
  }
}

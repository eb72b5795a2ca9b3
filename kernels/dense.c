// The dense layer: output = input weight + bias and its gradients. Contracts: src/learning/plan/kernels/dense.ts.
#include "abi.generated.h"
#include "context.h"

static void dense_forward(const context *ctx, const dense_forward_arguments *args) {
  float *arena = ctx->arena;
  multiply(&(product){
      .rows = ctx->batch,
      .columns = args->out,
      .depth = args->in,
      .a = arena + args->input,
      .a_row = args->in,
      .a_column = 1,
      .b = arena + args->weight,
      .c = arena + args->output,
      .c_row = args->out,
      .epilogue = args->activation == 1 ? ADD_BIAS_RELU : ADD_BIAS,
      .bias = args->bias >= 0 ? arena + args->bias : 0,
  });
}

// Where a part of the rows of a matrix in panels lies.
typedef struct {
  intptr_t rows, first;
} panel_rows;

// Rows [from.first, from.first + in) of weight [from.rows, out] to rows [to.first, to.first + out) of transposed
// [to.rows, in], both in panels, in blocks of 16 x 16 that stay in registers or the first-level cache.
static void transpose_panels(const float *weight, panel_rows from, float *transposed, panel_rows to, intptr_t in,
                             intptr_t out) {
  enum { BLOCK = 16 };
  for (intptr_t column = 0; column < out; column += BLOCK) {
    const intptr_t source_panel = column / PANEL_WIDTH * PANEL_WIDTH;
    const intptr_t source_width = panel_width(out, source_panel);
    for (intptr_t row = 0; row < in; row += BLOCK) {
      const intptr_t target_panel = row / PANEL_WIDTH * PANEL_WIDTH;
      const intptr_t target_width = panel_width(in, target_panel);
      const float *source =
          weight + panel_offset(from.rows, source_panel) + (from.first + row) * source_width + (column - source_panel);
      float *target =
          transposed + panel_offset(to.rows, target_panel) + (to.first + column) * target_width + (row - target_panel);
      for (int i = 0; i < BLOCK; i += 4) {
        for (int j = 0; j < BLOCK; j += 4) {
          typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));
          const float *s = source + i * source_width + j;
          float *t = target + j * target_width + i;
          quad a = *(const quad *)s, b = *(const quad *)(s + source_width);
          quad c = *(const quad *)(s + 2 * source_width), d = *(const quad *)(s + 3 * source_width);
          quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
          quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
          *(quad *)t = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
          *(quad *)(t + target_width) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
          *(quad *)(t + 2 * target_width) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
          *(quad *)(t + 3 * target_width) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
        }
      }
    }
  }
}

static void dense_input_gradient(const context *ctx, const dense_input_gradient_arguments *args) {
  float *arena = ctx->arena;
  if (ctx->is_first_chunk)
    transpose_panels(arena + args->weight, (panel_rows){args->in, 0}, arena + args->transposed,
                     (panel_rows){args->out, 0}, args->in, args->out);
  const int is_masked = args->activated >= 0;
  multiply(&(product){
      .rows = ctx->batch,
      .columns = args->in,
      .depth = args->out,
      .a = arena + args->output_gradient,
      .a_row = args->out,
      .a_column = 1,
      .b = arena + args->transposed,
      .c = arena + args->input_gradient,
      .c_row = args->in,
      .epilogue = is_masked ? MASK_BY_POSITIVE : STORE,
      .positive = is_masked ? arena + args->activated : 0,
  });
}

// Plain [rows, columns] to panels.
static void pack_panels(const float *plain, float *panels, intptr_t rows, intptr_t columns) {
  for (intptr_t panel = 0; panel < columns; panel += PANEL_WIDTH) {
    const intptr_t width = panel_width(columns, panel);
    float *target = panels + panel_offset(rows, panel);
    for (intptr_t row = 0; row < rows; row++)
      for (intptr_t column = 0; column < width; column += VECTOR_FLOATS)
        store(target + row * width + column, load(plain + row * columns + panel + column));
  }
}

// The part that is the same whatever becomes of the gradient: input^T outputGradient, with outputGradient packed.
static product weight_product(const context *ctx, int32_t input, int32_t output_gradient, int32_t packed, int32_t in,
                              int32_t out) {
  float *arena = ctx->arena;
  pack_panels(arena + output_gradient, arena + packed, ctx->batch, out);
  return (product){
      .rows = in,
      .columns = out,
      .depth = ctx->batch,
      .a = arena + input,
      .a_row = 1,
      .a_column = in,
      .b = arena + packed,
      .adds_to_c = !ctx->is_first_chunk,
      .epilogue = STORE,
  };
}

static void dense_weight_gradient(const context *ctx, const dense_weight_gradient_arguments *args) {
  product p = weight_product(ctx, args->input, args->output_gradient, args->packed, args->in, args->out);
  p.c = ctx->arena + args->weight_gradient;
  multiply(&p);
}

// The largest power of two that is not above the largest absolute value; 1 where there is none that a float can invert.
static float power_of_two_in(const float *values, intptr_t count) {
  vector largest = splat(0.f);
  for (intptr_t i = 0; i < count; i += VECTOR_FLOATS) {
    const vector size = absolute(load(values + i));
    largest = choose(size > largest, size, largest);
  }
  union {
    float value;
    uint32_t bits;
  } u = {0};
  for (int l = 0; l < VECTOR_FLOATS; l++)
    if (largest[l] > u.value) u.value = largest[l];
  u.bits &= 0x7f800000;
  return u.value > 0 && u.value < 0x1p126f ? u.value : 1;
}

static void dense_weight_adam(const context *ctx, const dense_weight_adam_arguments *args) {
  float *arena = ctx->arena;
  product p = weight_product(ctx, args->input, args->output_gradient, args->packed, args->in, args->out);
  p.weight = arena + args->weight;
  p.mean = arena + args->mean;
  p.variance = arena + args->variance;
  p.magnitude = arena + args->magnitude;
  if (args->squares >= 0 && ctx->is_last_chunk) {
    const float unit = power_of_two_in(arena + args->output_gradient, (intptr_t)ctx->batch * args->out);
    p.squares = arena + args->squares;
    p.square_scale = 1 / unit;
    p.squares[args->out] = unit;
  }
  // A step of one chunk is one block, of which only offsets from c are used.
  p.c = args->partial >= 0 ? arena + args->partial : p.weight;
  if (ctx->is_last_chunk) {
    p.epilogue = APPLY_ADAM;
    p.adam = load_adam_step(ctx->slots + args->settings, 1);
  }
  multiply(&p);
}

// Sums rows in order.
static void dense_bias_gradient(const context *ctx, const dense_bias_gradient_arguments *args) {
  const float *gradient = ctx->arena + args->output_gradient;
  float *bias_gradient = ctx->arena + args->bias_gradient;
  for (intptr_t column = 0; column < args->out; column += VECTOR_FLOATS) {
    vector sum = ctx->is_first_chunk ? splat(0.f) : load(bias_gradient + column);
    for (intptr_t row = 0; row < ctx->batch; row++) sum += load(gradient + row * args->out + column);
    store(bias_gradient + column, sum);
  }
}

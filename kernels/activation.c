// Activations that are not fused into a product. Contracts: src/learning/plan/kernels/activation.ts.
#include "abi.generated.h"
#include "context.h"
#include "math.h"

// The order of the choices in the kernel table.
enum { RELU, TANH, SIGMOID };

INLINE vector activate(const int function, vector x) {
  return function == RELU ? positive_part(x) : function == TANH ? hyperbolic_tangent(x) : logistic(x);
}

// The derivative from the activation's own output y.
INLINE vector slope(const int function, vector gradient, vector y) {
  return function == RELU   ? where_positive(gradient, y)
         : function == TANH ? gradient * fused_subtract_product(splat(1.f), y, y)
                            : gradient * (y * (splat(1.f) - y));
}

// Rows are padded, so whole vectors can be computed; what lies past `features` is set back to 0.
INLINE void clear_padding(float *row, intptr_t features, intptr_t stride) {
  for (intptr_t column = features; column < stride; column++) row[column] = 0;
}

INLINE void forward_rows(const int function, const context *ctx, const activation_forward_arguments *args) {
  for (intptr_t row = 0; row < (intptr_t)ctx->batch * args->runs; row++) {
    const float *input = ctx->arena + args->input + row * args->stride;
    float *output = ctx->arena + args->output + row * args->stride;
    for (intptr_t column = 0; column < args->stride; column += VECTOR_FLOATS)
      store(output + column, activate(function, load(input + column)));
    clear_padding(output, args->features, args->stride);
  }
}

static void activation_forward(const context *ctx, const activation_forward_arguments *args) {
  switch (args->activation) {
    case RELU: forward_rows(RELU, ctx, args); break;
    case TANH: forward_rows(TANH, ctx, args); break;
    default: forward_rows(SIGMOID, ctx, args); break;
  }
}

INLINE void gradient_rows(const int function, const context *ctx, const activation_gradient_arguments *args) {
  for (intptr_t row = 0; row < (intptr_t)ctx->batch * args->runs; row++) {
    const float *y = ctx->arena + args->output + row * args->stride;
    const float *gradient = ctx->arena + args->output_gradient + row * args->stride;
    float *result = ctx->arena + args->input_gradient + row * args->stride;
    for (intptr_t column = 0; column < args->stride; column += VECTOR_FLOATS)
      store(result + column, slope(function, load(gradient + column), load(y + column)));
    clear_padding(result, args->features, args->stride);
  }
}

static void activation_gradient(const context *ctx, const activation_gradient_arguments *args) {
  switch (args->activation) {
    case RELU: gradient_rows(RELU, ctx, args); break;
    case TANH: gradient_rows(TANH, ctx, args); break;
    default: gradient_rows(SIGMOID, ctx, args); break;
  }
}

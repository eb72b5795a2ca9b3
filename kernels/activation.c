// Activations that are not fused into a product. Contracts: src/learning/plan/kernels/activation.ts.
#include "abi.generated.h"
#include "context.h"
#include "math.h"

// The order of the choices in the kernel table.
enum { RELU, TANH, SIGMOID, LEAKY_RELU, ELU, GELU, SILU, SOFTPLUS };

#define LEAKY_SLOPE 0.01f
// From here on PyTorch takes softplus for the identity.
#define SOFTPLUS_THRESHOLD 20.f

// Beyond these sizes gelu and silu are 0 or the identity to the last bit that counts. A limited argument keeps
// infinity times 0 out of them; NaN is not limited, though relaxed WebAssembly's own limits may do so.
#define GELU_LIMIT 13.f
#define SILU_LIMIT 87.f

INLINE vector at_least(vector x, const float limit) { return choose(x < splat(limit), splat(limit), x); }
INLINE vector at_most(vector x, const float limit) { return choose(x > splat(limit), splat(limit), x); }
INLINE vector unless_nan(vector argument, vector result) { return choose(argument == argument, result, argument); }

INLINE vector gelu(const vector argument) {
  vector density, x = at_least(argument, -GELU_LIMIT);
  return unless_nan(argument, x * normal_distribution(x, &density));
}

INLINE vector gelu_slope(const vector argument) {
  vector density, x = at_most(at_least(argument, -GELU_LIMIT), GELU_LIMIT);
  const vector distribution = normal_distribution(x, &density);
  return unless_nan(argument, fused_multiply_add(x, density, distribution));
}

INLINE vector silu(const vector argument) {
  const vector x = at_least(argument, -SILU_LIMIT);
  return unless_nan(argument, x * logistic(x));
}

INLINE vector silu_slope(const vector argument) {
  const vector x = at_most(at_least(argument, -SILU_LIMIT), SILU_LIMIT), y = logistic(x);
  return unless_nan(argument, fused_multiply_add(x * y, splat(1.f) - y, y));
}

INLINE vector softplus(vector x) {
  const vector y = positive_part(x) + logarithm_of_1_plus(exponential(-absolute(x)));
  return choose(x > splat(SOFTPLUS_THRESHOLD), x, y);
}

INLINE vector activate(const int function, vector x) {
  switch (function) {
    case RELU: return positive_part(x);
    case TANH: return hyperbolic_tangent(x);
    case SIGMOID: return logistic(x);
    case LEAKY_RELU: return choose(x > splat(0.f), x, x * splat(LEAKY_SLOPE));
    case ELU: return choose(x > splat(0.f), x, exponential_minus_1(x));
    case GELU: return gelu(x);
    case SILU: return silu(x);
    default: return softplus(x);
  }
}

// gelu and silu fall and rise, so their outputs do not tell the slope.
INLINE int needs_input(const int function) { return function == GELU || function == SILU; }

// The gradient times the derivative, which comes from the activation's output y or, where that is not enough, from its
// input, which is then what `y` stands for.
INLINE vector slope(const int function, vector gradient, vector y) {
  switch (function) {
    case RELU: return where_positive(gradient, y);
    case TANH: return gradient * fused_subtract_product(splat(1.f), y, y);
    case SIGMOID: return gradient * (y * (splat(1.f) - y));
    case LEAKY_RELU: return choose(y > splat(0.f), gradient, gradient * splat(LEAKY_SLOPE));
    case ELU: return choose(y > splat(0.f), gradient, fused_multiply_add(gradient, y, gradient));
    case GELU: return gradient * gelu_slope(y);
    case SILU: return gradient * silu_slope(y);
    default: return -gradient * exponential_minus_1(-y);
  }
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

INLINE void gradient_rows(const int function, const context *ctx, const activation_gradient_arguments *args) {
  const float *values = ctx->arena + (needs_input(function) ? args->input : args->output);
  for (intptr_t row = 0; row < (intptr_t)ctx->batch * args->runs; row++) {
    const float *y = values + row * args->stride;
    const float *gradient = ctx->arena + args->output_gradient + row * args->stride;
    float *result = ctx->arena + args->input_gradient + row * args->stride;
    for (intptr_t column = 0; column < args->stride; column += VECTOR_FLOATS)
      store(result + column, slope(function, load(gradient + column), load(y + column)));
    clear_padding(result, args->features, args->stride);
  }
}

// The function is a constant in each case, so that every loop is compiled for its own.
#define FOR_ACTIVATION(rows)                                \
  switch (args->activation) {                               \
    case RELU: rows(RELU, ctx, args); break;                \
    case TANH: rows(TANH, ctx, args); break;                \
    case SIGMOID: rows(SIGMOID, ctx, args); break;          \
    case LEAKY_RELU: rows(LEAKY_RELU, ctx, args); break;    \
    case ELU: rows(ELU, ctx, args); break;                  \
    case GELU: rows(GELU, ctx, args); break;                \
    case SILU: rows(SILU, ctx, args); break;                \
    default: rows(SOFTPLUS, ctx, args); break;              \
  }

static void activation_forward(const context *ctx, const activation_forward_arguments *args) {
  FOR_ACTIVATION(forward_rows)
}

static void activation_gradient(const context *ctx, const activation_gradient_arguments *args) {
  FOR_ACTIVATION(gradient_rows)
}

// Written by tools/generate-kernel-abi.ts from the kernel table in src/learning/plan/kernels/. Do not edit.
#pragma once
#include <stdint.h>

typedef struct {
  int32_t output; // writes floats
  int32_t features;
  int32_t stride;
  int32_t scaling; // 2 slots
} gather_bytes_arguments;

typedef struct {
  int32_t output; // writes floats
  int32_t features;
  int32_t stride;
  int32_t scaling; // 2 slots
} gather_floats_arguments;

typedef struct {
  int32_t output; // writes floats
  int32_t scaling; // reads floats
  int32_t features;
  int32_t stride;
} gather_scaled_bytes_arguments;

typedef struct {
  int32_t output; // writes floats
  int32_t scaling; // reads floats
  int32_t features;
  int32_t stride;
} gather_scaled_floats_arguments;

typedef struct {
  int32_t output; // writes floats
} gather_labels_arguments;

typedef struct {
  int32_t mixes; // reads floats, or -1
  int32_t output; // writes floats
  int32_t examples;
  int32_t outputs;
  int32_t stride;
} gather_targets_arguments;

typedef struct {
  int32_t output; // writes floats
  int32_t scratch; // writes floats
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t stride;
  int32_t source; // 0 bytes, 1 floats
  int32_t primitives;
  int32_t program; // slots
  int32_t fill; // 2 slots
  int32_t key; // 2 slots
  int32_t epoch; // slot
  int32_t scaling; // 2 slots
  int32_t feature_scaling; // reads floats, or -1
} gather_augmented_arguments;

typedef struct {
  int32_t mixes; // accumulates floats
  int32_t examples;
  int32_t height;
  int32_t width;
  int32_t probabilities; // 2 slots
  int32_t mixup_quantiles; // 513 slots
  int32_t cutmix_quantiles; // 513 slots
  int32_t key; // 2 slots
  int32_t epoch; // slot
} draw_mixes_arguments;

typedef struct {
  int32_t mixes; // reads floats
  int32_t features; // updates floats
  int32_t partner; // writes floats
  int32_t augmented; // writes floats, or -1
  int32_t feature_scaling; // reads floats, or -1
  int32_t examples;
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t stride;
  int32_t source; // 0 bytes, 1 floats
  int32_t primitives;
  int32_t program; // slots
  int32_t fill; // 2 slots
  int32_t key; // 2 slots
  int32_t epoch; // slot
  int32_t scaling; // 2 slots
} mix_features_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t weight; // reads floats
  int32_t bias; // reads floats, or -1
  int32_t output; // writes floats
  int32_t in;
  int32_t out;
  int32_t activation; // 0 none, 1 relu
} dense_forward_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t weight; // reads floats
  int32_t transposed; // accumulates floats
  int32_t input_gradient; // writes floats
  int32_t activated; // reads floats, or -1
  int32_t in;
  int32_t out;
} dense_input_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output_gradient; // reads floats
  int32_t packed; // writes floats
  int32_t weight_gradient; // accumulates floats
  int32_t in;
  int32_t out;
} dense_weight_gradient_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t bias_gradient; // accumulates floats
  int32_t out;
} dense_bias_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output_gradient; // reads floats
  int32_t packed; // writes floats
  int32_t weight; // updates floats
  int32_t mean; // updates floats
  int32_t variance; // updates floats
  int32_t partial; // accumulates floats, or -1
  int32_t magnitude; // writes floats
  int32_t squares; // writes floats, or -1
  int32_t in;
  int32_t out;
  int32_t settings; // 17 slots
} dense_weight_adam_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t weight; // reads floats
  int32_t bias; // reads floats, or -1
  int32_t padded; // writes floats, or -1
  int32_t output; // writes floats
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
  int32_t out;
  int32_t activation; // 0 none, 1 relu
} convolution_forward_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t weight; // reads floats
  int32_t transposed; // accumulates floats
  int32_t input_gradient; // writes floats
  int32_t activated; // reads floats, or -1
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
  int32_t out;
} convolution_input_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output_gradient; // reads floats
  int32_t padded; // writes floats, or -1
  int32_t packed; // writes floats, or -1
  int32_t weight_gradient; // accumulates floats
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
  int32_t out;
} convolution_weight_gradient_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t bias_gradient; // accumulates floats
  int32_t pixels;
  int32_t out;
} convolution_bias_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t weight; // reads floats
  int32_t bias; // reads floats, or -1
  int32_t output; // writes floats
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
  int32_t activation; // 0 none, 1 relu
} depthwise_forward_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t weight; // reads floats
  int32_t input_gradient; // writes floats
  int32_t activated; // reads floats, or -1
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
} depthwise_input_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output_gradient; // reads floats
  int32_t weight_gradient; // accumulates floats
  int32_t height;
  int32_t width;
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride;
  int32_t dilation;
  int32_t top;
  int32_t left;
  int32_t out_height;
  int32_t out_width;
  int32_t pixel;
  int32_t input_row;
} depthwise_weight_gradient_arguments;

typedef struct {
  int32_t grouped; // reads floats
  int32_t expanded; // writes floats
  int32_t taps;
  int32_t channels;
  int32_t pixel;
  int32_t filters;
  int32_t out;
  int32_t groups;
} expand_groups_arguments;

typedef struct {
  int32_t expanded; // reads floats
  int32_t grouped; // writes floats
  int32_t taps;
  int32_t channels;
  int32_t pixel;
  int32_t filters;
  int32_t out;
  int32_t groups;
} collapse_groups_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t runs;
  int32_t features;
  int32_t stride;
  int32_t activation; // 0 relu, 1 tanh, 2 sigmoid, 3 leakyRelu, 4 elu, 5 gelu, 6 silu, 7 softplus
} activation_forward_arguments;

typedef struct {
  int32_t input; // reads floats, or -1
  int32_t output; // reads floats, or -1
  int32_t output_gradient; // reads floats
  int32_t input_gradient; // writes floats
  int32_t runs;
  int32_t features;
  int32_t stride;
  int32_t activation; // 0 relu, 1 tanh, 2 sigmoid, 3 leakyRelu, 4 elu, 5 gelu, 6 silu, 7 softplus
} activation_gradient_arguments;

typedef struct {
  int32_t a; // reads floats
  int32_t b; // reads floats
  int32_t output; // writes floats
  int32_t stride;
  int32_t activation; // 0 none, 1 relu
} add_arguments;

typedef struct {
  int32_t a; // reads floats
  int32_t b; // reads floats
  int32_t output; // writes floats
  int32_t pixels;
  int32_t a_channels;
  int32_t a_stride;
  int32_t b_channels;
  int32_t b_stride;
  int32_t stride;
} concatenate_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t pixels;
  int32_t end;
  int32_t channels;
  int32_t input_stride;
  int32_t stride;
} slice_channels_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t repeats;
  int32_t stride;
  int32_t rate; // slot
  int32_t key; // 2 slots
  int32_t step; // slot
} dropout_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t elements;
  int32_t piece;
  int32_t input_run;
  int32_t input_stride;
  int32_t input_row;
  int32_t output_run;
  int32_t output_stride;
  int32_t output_row;
} copy_runs_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t winners; // writes floats, or -1
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t out_height;
  int32_t out_width;
  int32_t size_height;
  int32_t size_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t pad_height;
  int32_t pad_width;
  int32_t activation; // 0 none, 1 relu
} max_pool_arguments;

typedef struct {
  int32_t winners; // reads floats
  int32_t output_gradient; // reads floats
  int32_t input_gradient; // writes floats
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t out_height;
  int32_t out_width;
  int32_t size_height;
  int32_t size_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t pad_height;
  int32_t pad_width;
} max_pool_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t out_height;
  int32_t out_width;
  int32_t size_height;
  int32_t size_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t pad_height;
  int32_t pad_width;
  int32_t bins; // 0 windows, 1 inside, 2 adaptive
} average_pool_arguments;

typedef struct {
  int32_t output_gradient; // reads floats
  int32_t input_gradient; // writes floats
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t out_height;
  int32_t out_width;
  int32_t size_height;
  int32_t size_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t pad_height;
  int32_t pad_width;
  int32_t bins; // 0 windows, 1 inside, 2 adaptive
} average_pool_gradient_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // writes floats
  int32_t scratch; // writes floats
  int32_t running_mean; // updates floats
  int32_t running_variance; // updates floats
  int32_t pixels;
  int32_t channels;
  int32_t settings; // 2 slots
} batch_statistics_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t scratch; // writes floats
  int32_t output; // writes floats
  int32_t pixels;
  int32_t channels;
  int32_t activation; // 0 none, 1 relu
} batch_norm_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // reads floats
  int32_t output_gradient; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t sums; // writes floats
  int32_t scale_gradient; // accumulates floats, or -1
  int32_t shift_gradient; // accumulates floats, or -1
  int32_t scratch; // writes floats
  int32_t pixels;
  int32_t channels;
  int32_t activation; // 0 none, 1 relu
} batch_norm_sums_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // reads floats
  int32_t output_gradient; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t sums; // reads floats
  int32_t input_gradient; // writes floats
  int32_t scratch; // writes floats
  int32_t pixels;
  int32_t channels;
  int32_t activation; // 0 none, 1 relu
} batch_norm_gradient_arguments;

typedef struct {
  int32_t mean; // reads floats
  int32_t variance; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t factors; // writes floats
  int32_t channels;
  int32_t settings; // 2 slots
} batch_norm_factors_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t factors; // reads floats
  int32_t output; // writes floats
  int32_t pixels;
  int32_t channels;
  int32_t activation; // 0 none, 1 relu
} scale_shift_arguments;

typedef struct {
  int32_t weight; // reads floats
  int32_t factors; // reads floats
  int32_t bias; // reads floats, or -1
  int32_t scaled; // accumulates floats
  int32_t shift; // accumulates floats
  int32_t rows;
  int32_t columns;
} scale_columns_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // writes floats
  int32_t scratch; // writes floats
  int32_t instances;
  int32_t pixels;
  int32_t channels;
  int32_t stride;
  int32_t groups;
  int32_t statistics_row;
  int32_t epsilon; // slot
} group_statistics_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t scratch; // writes floats
  int32_t output; // writes floats
  int32_t instances;
  int32_t pixels;
  int32_t channels;
  int32_t stride;
  int32_t groups;
  int32_t statistics_row;
  int32_t affine_floats;
  int32_t affine; // 0 perChannel, 1 perElement
  int32_t activation; // 0 none, 1 relu
} group_norm_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t statistics; // reads floats
  int32_t output_gradient; // reads floats
  int32_t scale; // reads floats, or -1
  int32_t shift; // reads floats, or -1
  int32_t input_gradient; // writes floats
  int32_t scale_gradient; // accumulates floats, or -1
  int32_t shift_gradient; // accumulates floats, or -1
  int32_t scratch; // writes floats
  int32_t instances;
  int32_t pixels;
  int32_t channels;
  int32_t stride;
  int32_t groups;
  int32_t statistics_row;
  int32_t affine_floats;
  int32_t affine; // 0 perChannel, 1 perElement
  int32_t activation; // 0 none, 1 relu
} group_norm_gradient_arguments;

typedef struct {
  int32_t logits; // reads floats
  int32_t labels; // reads floats
  int32_t mixes; // reads floats, or -1
  int32_t gradient; // writes floats, or -1
  int32_t examples;
  int32_t classes;
  int32_t stride;
  int32_t settings; // 2 slots
  int32_t class_weights; // undefined slots
  int32_t totals; // 3 slots
} softmax_cross_entropy_arguments;

typedef struct {
  int32_t mixes; // reads floats, or -1
  int32_t examples;
  int32_t classes;
  int32_t class_weights; // undefined slots
  int32_t weight; // slot
} weigh_step_arguments;

typedef struct {
  int32_t predictions; // reads floats
  int32_t targets; // reads floats
  int32_t gradient; // writes floats, or -1
  int32_t outputs;
  int32_t stride;
  int32_t function; // 0 squared, 1 absolute, 2 huber, 3 logistic
  int32_t delta; // slot
  int32_t totals; // 5 slots
} elementwise_loss_arguments;

typedef struct {
  int32_t labels; // reads floats
  int32_t mixes; // reads floats, or -1
  int32_t output; // writes floats
  int32_t examples;
  int32_t stride;
} one_hot_arguments;

typedef struct {
  int32_t weight; // reads floats
  int32_t gradient; // updates floats
  int32_t count;
  int32_t loss; // slot
  int32_t settings; // 9 slots
} add_penalty_arguments;

typedef struct {
  int32_t gradient; // reads floats
  int32_t count;
  int32_t settings; // 9 slots
} add_squares_arguments;

typedef struct {
  int32_t settings; // 9 slots
} limit_norm_arguments;

typedef struct {
  int32_t weight; // reads floats
  int32_t average; // updates floats
  int32_t count;
  int32_t step; // slot
  int32_t settings; // 9 slots
} average_weights_arguments;

typedef struct {
  int32_t settings; // 14 slots
} sgd_advance_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t velocity; // updates floats, or -1
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 14 slots
} sgd_update_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t square; // updates floats
  int32_t mean; // updates floats, or -1
  int32_t velocity; // updates floats, or -1
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 12 slots
} rmsprop_update_arguments;

typedef struct {
  int32_t settings; // 17 slots
} adam_advance_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t mean; // updates floats
  int32_t variance; // updates floats
  int32_t largest; // updates floats, or -1
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 17 slots
} adam_update_arguments;

typedef struct {
  int32_t settings; // 19 slots
} nadam_advance_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t mean; // updates floats
  int32_t variance; // updates floats
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 19 slots
} nadam_update_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t squares; // updates floats
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 10 slots
} adagrad_update_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t square; // updates floats
  int32_t step_square; // updates floats
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 11 slots
} adadelta_update_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t mean; // updates floats
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 11 slots
} lion_update_arguments;

typedef struct {
  int32_t settings; // 17 slots
} lamb_advance_arguments;

typedef struct {
  int32_t weight; // updates floats
  int32_t gradient; // reads floats
  int32_t mean; // updates floats
  int32_t variance; // updates floats
  int32_t count;
  int32_t decay; // 0 none, 1 applied
  int32_t settings; // 17 slots
} lamb_update_arguments;

typedef struct {
  int32_t step; // slot
} count_step_arguments;

typedef struct {
  int32_t values; // reads floats
  int32_t count;
  int32_t total; // slot
} absolute_sum_arguments;

typedef struct {
  int32_t values; // reads floats
  int32_t count;
  int32_t total; // slot
  int32_t norm; // slot
} magnitudes_arguments;

typedef struct {
  int32_t magnitude; // reads floats
  int32_t squares; // reads floats
  int32_t count;
  int32_t total; // slot
  int32_t norm; // slot
} row_magnitudes_arguments;

typedef struct {
  int32_t values; // reads floats
  int32_t largest; // updates floats
  int32_t runs;
  int32_t features;
  int32_t stride;
  int32_t range; // 0 unbounded, 1 sigmoid, 2 tanh
  int32_t totals; // 4 slots
} activation_statistics_arguments;

typedef struct {
  int32_t values; // reads floats
  int32_t stride;
  int32_t counts; // 512 slots
  int32_t is_on; // slot
} histogram_of_batch_arguments;

typedef struct {
  int32_t values; // reads floats
  int32_t count;
  int32_t counts; // 512 slots
  int32_t is_on; // slot
} histogram_of_whole_arguments;

typedef struct {
  int32_t input; // reads floats
  int32_t output; // writes floats
  int32_t runs;
  int32_t features;
  int32_t stride;
} softmax_forward_arguments;

typedef struct {
  int32_t output; // reads floats
  int32_t output_gradient; // reads floats
  int32_t input_gradient; // writes floats
  int32_t runs;
  int32_t features;
  int32_t stride;
} softmax_gradient_arguments;

// Each optimiser's slots in their order; all begin with the shared ones.
enum {
  SHARED_LEARNING_RATE,
  SHARED_WEIGHT_DECAY,
  SHARED_DECOUPLED_WEIGHT_DECAY,
  SHARED_CLIP_VALUE,
  SHARED_GRADIENT_FACTOR,
  SHARED_CLIP_NORM,
  SHARED_SQUARE_SUM,
  SHARED_L2_PENALTY,
  SHARED_AVERAGE_DECAY,
};

enum {
  SGD_LEARNING_RATE,
  SGD_WEIGHT_DECAY,
  SGD_DECOUPLED_WEIGHT_DECAY,
  SGD_CLIP_VALUE,
  SGD_GRADIENT_FACTOR,
  SGD_CLIP_NORM,
  SGD_SQUARE_SUM,
  SGD_L2_PENALTY,
  SGD_AVERAGE_DECAY,
  SGD_MOMENTUM,
  SGD_DAMPENING,
  SGD_NESTEROV,
  SGD_STEPS_DONE,
  SGD_GRADIENT_SHARE,
};

enum {
  RMSPROP_LEARNING_RATE,
  RMSPROP_WEIGHT_DECAY,
  RMSPROP_DECOUPLED_WEIGHT_DECAY,
  RMSPROP_CLIP_VALUE,
  RMSPROP_GRADIENT_FACTOR,
  RMSPROP_CLIP_NORM,
  RMSPROP_SQUARE_SUM,
  RMSPROP_L2_PENALTY,
  RMSPROP_AVERAGE_DECAY,
  RMSPROP_SMOOTHING,
  RMSPROP_EPSILON,
  RMSPROP_MOMENTUM,
};

enum {
  ADAM_LEARNING_RATE,
  ADAM_WEIGHT_DECAY,
  ADAM_DECOUPLED_WEIGHT_DECAY,
  ADAM_CLIP_VALUE,
  ADAM_GRADIENT_FACTOR,
  ADAM_CLIP_NORM,
  ADAM_SQUARE_SUM,
  ADAM_L2_PENALTY,
  ADAM_AVERAGE_DECAY,
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  ADAM_BIAS_CORRECTION,
  ADAM_BETA1_POWER,
  ADAM_BETA2_POWER,
  ADAM_STEP_RATE,
  ADAM_VARIANCE_SCALE,
};

enum {
  NADAM_LEARNING_RATE,
  NADAM_WEIGHT_DECAY,
  NADAM_DECOUPLED_WEIGHT_DECAY,
  NADAM_CLIP_VALUE,
  NADAM_GRADIENT_FACTOR,
  NADAM_CLIP_NORM,
  NADAM_SQUARE_SUM,
  NADAM_L2_PENALTY,
  NADAM_AVERAGE_DECAY,
  NADAM_BETA1,
  NADAM_BETA2,
  NADAM_EPSILON,
  NADAM_MOMENTUM_BASE,
  NADAM_MOMENTUM_POWER,
  NADAM_MOMENTUM_PRODUCT,
  NADAM_BETA2_POWER,
  NADAM_GRADIENT_RATE,
  NADAM_MEAN_RATE,
  NADAM_VARIANCE_SCALE,
};

enum {
  ADAGRAD_LEARNING_RATE,
  ADAGRAD_WEIGHT_DECAY,
  ADAGRAD_DECOUPLED_WEIGHT_DECAY,
  ADAGRAD_CLIP_VALUE,
  ADAGRAD_GRADIENT_FACTOR,
  ADAGRAD_CLIP_NORM,
  ADAGRAD_SQUARE_SUM,
  ADAGRAD_L2_PENALTY,
  ADAGRAD_AVERAGE_DECAY,
  ADAGRAD_EPSILON,
};

enum {
  ADADELTA_LEARNING_RATE,
  ADADELTA_WEIGHT_DECAY,
  ADADELTA_DECOUPLED_WEIGHT_DECAY,
  ADADELTA_CLIP_VALUE,
  ADADELTA_GRADIENT_FACTOR,
  ADADELTA_CLIP_NORM,
  ADADELTA_SQUARE_SUM,
  ADADELTA_L2_PENALTY,
  ADADELTA_AVERAGE_DECAY,
  ADADELTA_SMOOTHING,
  ADADELTA_EPSILON,
};

enum {
  LION_LEARNING_RATE,
  LION_WEIGHT_DECAY,
  LION_DECOUPLED_WEIGHT_DECAY,
  LION_CLIP_VALUE,
  LION_GRADIENT_FACTOR,
  LION_CLIP_NORM,
  LION_SQUARE_SUM,
  LION_L2_PENALTY,
  LION_AVERAGE_DECAY,
  LION_BETA1,
  LION_BETA2,
};

enum {
  LAMB_LEARNING_RATE,
  LAMB_WEIGHT_DECAY,
  LAMB_DECOUPLED_WEIGHT_DECAY,
  LAMB_CLIP_VALUE,
  LAMB_GRADIENT_FACTOR,
  LAMB_CLIP_NORM,
  LAMB_SQUARE_SUM,
  LAMB_L2_PENALTY,
  LAMB_AVERAGE_DECAY,
  LAMB_BETA1,
  LAMB_BETA2,
  LAMB_EPSILON,
  LAMB_BIAS_CORRECTION,
  LAMB_BETA1_POWER,
  LAMB_BETA2_POWER,
  LAMB_MEAN_SCALE,
  LAMB_VARIANCE_SCALE,
};

// What augmentation is made of, and the slots of each primitive's settings in their order.
enum { AUGMENT_PRIMITIVE_SLOTS = 16 };
enum {
  AUGMENT_FLIP,
  AUGMENT_AFFINE,
  AUGMENT_JITTER,
  AUGMENT_CROP,
  AUGMENT_BRIGHTNESS,
  AUGMENT_CONTRAST,
  AUGMENT_NOISE,
  AUGMENT_ERASE,
};
enum {
  FLIP_IS_VERTICAL,
};
enum {
  AFFINE_TURNS_LOW,
  AFFINE_TURNS_HIGH,
  AFFINE_SHIFT_X_LOW,
  AFFINE_SHIFT_X_HIGH,
  AFFINE_SHIFT_Y_LOW,
  AFFINE_SHIFT_Y_HIGH,
  AFFINE_ZOOM_LOW,
  AFFINE_ZOOM_HIGH,
  AFFINE_SHEAR_X_LOW,
  AFFINE_SHEAR_X_HIGH,
  AFFINE_SHEAR_Y_LOW,
  AFFINE_SHEAR_Y_HIGH,
};
enum {
  JITTER_PIXELS,
};
enum {
  CROP_AREA_LOW,
  CROP_AREA_HIGH,
  CROP_LOG_RATIO_LOW,
  CROP_LOG_RATIO_HIGH,
};
enum {
  BRIGHTNESS_LOW,
  BRIGHTNESS_HIGH,
};
enum {
  CONTRAST_LOW,
  CONTRAST_HIGH,
};
enum {
  NOISE_DEVIATION,
};
enum {
  ERASE_AREA_LOW,
  ERASE_AREA_HIGH,
  ERASE_LOG_RATIO_LOW,
  ERASE_LOG_RATIO_HIGH,
  ERASE_IS_NOISE,
  ERASE_FILL,
};

// Of this table; a plan of another one must not run on this core.
enum { KERNEL_TABLE_FINGERPRINT = 48214259 };

// Every kernel in the order of its opcode, and for which chunks of a step it runs.
#define FOR_EACH_KERNEL(X) \
  X(gather_bytes, EACH_CHUNK) \
  X(gather_floats, EACH_CHUNK) \
  X(gather_scaled_bytes, EACH_CHUNK) \
  X(gather_scaled_floats, EACH_CHUNK) \
  X(gather_labels, EACH_CHUNK) \
  X(gather_targets, EACH_CHUNK) \
  X(gather_augmented, EACH_CHUNK) \
  X(draw_mixes, EACH_CHUNK) \
  X(mix_features, EACH_CHUNK) \
  X(dense_forward, EACH_CHUNK) \
  X(dense_input_gradient, EACH_CHUNK) \
  X(dense_weight_gradient, EACH_CHUNK) \
  X(dense_bias_gradient, EACH_CHUNK) \
  X(dense_weight_adam, EACH_CHUNK) \
  X(convolution_forward, EACH_CHUNK) \
  X(convolution_input_gradient, EACH_CHUNK) \
  X(convolution_weight_gradient, EACH_CHUNK) \
  X(convolution_bias_gradient, EACH_CHUNK) \
  X(depthwise_forward, EACH_CHUNK) \
  X(depthwise_input_gradient, EACH_CHUNK) \
  X(depthwise_weight_gradient, EACH_CHUNK) \
  X(expand_groups, EACH_CHUNK) \
  X(collapse_groups, LAST_CHUNK) \
  X(activation_forward, EACH_CHUNK) \
  X(activation_gradient, EACH_CHUNK) \
  X(add, EACH_CHUNK) \
  X(concatenate, EACH_CHUNK) \
  X(slice_channels, EACH_CHUNK) \
  X(dropout, EACH_CHUNK) \
  X(copy_runs, EACH_CHUNK) \
  X(max_pool, EACH_CHUNK) \
  X(max_pool_gradient, EACH_CHUNK) \
  X(average_pool, EACH_CHUNK) \
  X(average_pool_gradient, EACH_CHUNK) \
  X(batch_statistics, EACH_CHUNK) \
  X(batch_norm, EACH_CHUNK) \
  X(batch_norm_sums, EACH_CHUNK) \
  X(batch_norm_gradient, EACH_CHUNK) \
  X(batch_norm_factors, EACH_CHUNK) \
  X(scale_shift, EACH_CHUNK) \
  X(scale_columns, EACH_CHUNK) \
  X(group_statistics, EACH_CHUNK) \
  X(group_norm, EACH_CHUNK) \
  X(group_norm_gradient, EACH_CHUNK) \
  X(softmax_cross_entropy, EACH_CHUNK) \
  X(weigh_step, EACH_CHUNK) \
  X(elementwise_loss, EACH_CHUNK) \
  X(one_hot, EACH_CHUNK) \
  X(add_penalty, LAST_CHUNK) \
  X(add_squares, LAST_CHUNK) \
  X(limit_norm, LAST_CHUNK) \
  X(average_weights, LAST_CHUNK) \
  X(sgd_advance, LAST_CHUNK) \
  X(sgd_update, LAST_CHUNK) \
  X(rmsprop_update, LAST_CHUNK) \
  X(adam_advance, LAST_CHUNK) \
  X(adam_update, LAST_CHUNK) \
  X(nadam_advance, LAST_CHUNK) \
  X(nadam_update, LAST_CHUNK) \
  X(adagrad_update, LAST_CHUNK) \
  X(adadelta_update, LAST_CHUNK) \
  X(lion_update, LAST_CHUNK) \
  X(lamb_advance, LAST_CHUNK) \
  X(lamb_update, LAST_CHUNK) \
  X(count_step, LAST_CHUNK) \
  X(absolute_sum, LAST_CHUNK) \
  X(magnitudes, LAST_CHUNK) \
  X(row_magnitudes, LAST_CHUNK) \
  X(activation_statistics, EACH_CHUNK) \
  X(histogram_of_batch, EACH_CHUNK) \
  X(histogram_of_whole, LAST_CHUNK) \
  X(softmax_forward, EACH_CHUNK) \
  X(softmax_gradient, EACH_CHUNK)

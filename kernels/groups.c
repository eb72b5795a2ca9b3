// The weight of a convolution in groups as that of one without, and back. Contracts: src/learning/plan/kernels/groups.ts.
#include "abi.generated.h"
#include "context.h"
#include "panel.h"

// Filter `column` of channel `row` of the expanded weight.
INLINE intptr_t expanded_place(intptr_t rows, intptr_t out, intptr_t row, intptr_t column) {
  const intptr_t panel = column / PANEL_WIDTH * PANEL_WIDTH;
  return panel_offset(rows, panel) + row * panel_width(out, panel) + (column - panel);
}

static void expand_groups(const context *ctx, const expand_groups_arguments *args) {
  const float *grouped = ctx->arena + args->grouped;
  float *expanded = ctx->arena + args->expanded;
  const intptr_t rows = (intptr_t)args->taps * args->pixel, out = args->out;
  const intptr_t channels = args->channels / args->groups, filters = args->filters / args->groups;
  for (intptr_t i = 0; i < rows * out; i++) expanded[i] = 0;
  for (intptr_t tap = 0; tap < args->taps; tap++)
    for (intptr_t channel = 0; channel < args->channels; channel++) {
      const float *from = grouped + (tap * channels + channel % channels) * out;
      const intptr_t first = channel / channels * filters, row = tap * args->pixel + channel;
      for (intptr_t i = first; i < first + filters; i++) expanded[expanded_place(rows, out, row, i)] = from[i];
    }
}

static void collapse_groups(const context *ctx, const collapse_groups_arguments *args) {
  const float *expanded = ctx->arena + args->expanded;
  float *grouped = ctx->arena + args->grouped;
  const intptr_t rows = (intptr_t)args->taps * args->pixel, out = args->out;
  const intptr_t channels = args->channels / args->groups, filters = args->filters / args->groups;
  for (intptr_t i = 0; i < args->taps * channels * out; i++) grouped[i] = 0;
  for (intptr_t tap = 0; tap < args->taps; tap++)
    for (intptr_t channel = 0; channel < args->channels; channel++) {
      float *to = grouped + (tap * channels + channel % channels) * out;
      const intptr_t first = channel / channels * filters, row = tap * args->pixel + channel;
      for (intptr_t i = first; i < first + filters; i++) to[i] = expanded[expanded_place(rows, out, row, i)];
    }
}

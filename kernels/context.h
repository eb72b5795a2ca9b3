// What every kernel gets besides its own arguments.
#pragma once
#include <stdint.h>

typedef struct {
  float *arena;
  double *slots;
  // [examples, features], bytes or floats as the plan's gather kernel expects
  const void *features;
  const void *labels;         // [examples] classes as bytes, or [examples, outputs] values as floats
  const int32_t *order;       // [batch] examples of the current chunk
  int32_t batch;              // examples in the current chunk; the last one may be short
  int32_t upcoming;           // examples in the order after the current chunk
  int32_t step_batch;         // examples in the step's whole batch
  int32_t chunk_start;        // the chunk's first example counted within the step
  int32_t is_first_chunk, is_last_chunk;
  const int32_t *partners;    // [partner_count] examples that others may be mixed with
  int32_t partner_count;
} context;

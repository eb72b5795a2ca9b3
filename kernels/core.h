// The entry points of the core. A build for one instruction set names them with its suffix.
#pragma once
#include "context.h"

#define JOIN_NAMES(a, b) a##_##b
#define JOIN(a, b) JOIN_NAMES(a, b)
#ifdef INSTRUCTION_SET
#define ENTRY(name) JOIN(name, INSTRUCTION_SET)
#else
#define ENTRY(name) name
#endif

typedef struct {
  const int32_t *program; // encoded calls of one phase
  const double *rates;    // one for each step, written to a slot before it; or none
  int32_t words;
  int32_t batch_size, chunk_size;
  int32_t first, end;     // examples [first, end) of the order, in batches
  int32_t watched_slot;   // execution stops after the step in which it is not finite; -1: none
  int32_t rate_slot;
} run;

// Executes one step per batch (a single one without examples when end is 0) and returns the number of steps done.
int32_t ENTRY(execute)(const run *r, context *ctx);
float ENTRY(peak)(int32_t iterations, float x, float y);

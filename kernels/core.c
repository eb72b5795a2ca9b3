// The whole core as one compilation unit per instruction set, and the loop that executes a phase.
#include "core.h"

#include "matmul.c"
#include "gathered.c"
#include "window.c"

#include "activation.c"
#include "add.c"
#include "batch-norm.c"
#include "batch.c"
#include "augment.c"
#include "concatenate.c"
#include "copy.c"
#include "dense.c"
#include "convolution.c"
#include "depthwise.c"
#include "dropout.c"
#include "groups.c"
#include "group-norm.c"
#include "loss.c"
#include "measure.c"
#include "mix.c"
#include "peak.c"
#include "pool.c"
#include "softmax.c"

#include "adadelta.c"
#include "adagrad.c"
#include "adam.c"
#include "gradient.c"
#include "lamb.c"
#include "lion.c"
#include "nadam.c"
#include "rmsprop.c"
#include "sgd.c"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#ifdef __wasm__
#define EXPORTED __attribute__((visibility("default"), used))
#else
#define EXPORTED
#endif

#define OPCODE(name, runs) OPCODE_##name,
enum { FOR_EACH_KERNEL(OPCODE) };
enum { EACH_CHUNK, LAST_CHUNK };

static void execute_chunk(const run *r, const context *ctx) {
  const int32_t *word = r->program, *end = r->program + r->words;
  while (word < end) {
    const int32_t opcode = *word++;
    switch (opcode) {
#define DISPATCH(name, runs) \
  case OPCODE_##name: \
    if (runs == EACH_CHUNK || ctx->is_last_chunk) name(ctx, (const name##_arguments *)word); \
    word += sizeof(name##_arguments) / sizeof(int32_t); \
    break;
      FOR_EACH_KERNEL(DISPATCH)
      default: __builtin_trap();
    }
  }
}

// Denormal numbers, which decaying moments run into, cost a hundred cycles each on some machines: they count as 0.
INLINE unsigned flush_denormals(void) {
#if defined(__x86_64__)
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040);
  return saved;
#elif defined(__aarch64__)
  uint64_t saved;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" : : "r"(saved | (1u << 24)));
  return (unsigned)saved;
#else
  return 0;
#endif
}

INLINE void restore_denormals(unsigned saved) {
#if defined(__x86_64__)
  _mm_setcsr(saved);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)saved));
#else
  (void)saved;
#endif
}

EXPORTED int32_t ENTRY(execute)(const run *r, context *ctx) {
  const unsigned saved = flush_denormals();
  const int32_t *order = ctx->order;
  int32_t steps = 0, first = r->first;
  do {
    const int32_t left = r->end - first;
    ctx->step_batch = left < r->batch_size ? left : r->batch_size;
    if (r->rates) ctx->slots[r->rate_slot] = r->rates[steps];
    int32_t start = 0;
    do {
      const int32_t rest = ctx->step_batch - start;
      ctx->batch = rest < r->chunk_size ? rest : r->chunk_size;
      ctx->order = order + first + start;
      ctx->chunk_start = start;
      ctx->upcoming = left - start - ctx->batch;
      ctx->is_first_chunk = start == 0;
      ctx->is_last_chunk = rest <= r->chunk_size;
      execute_chunk(r, ctx);
      start += r->chunk_size;
    } while (start < ctx->step_batch);
    steps++;
    first += r->batch_size;
    if (r->watched_slot >= 0 && !__builtin_isfinite(ctx->slots[r->watched_slot])) break;
  } while (first < r->end);
  restore_denormals(saved);
  return steps;
}

#ifdef __wasm__
EXPORTED int32_t fingerprint(void) { return KERNEL_TABLE_FINGERPRINT; }
#endif

EXPORTED float ENTRY(peak)(int32_t iterations, float x, float y) { return peak_loop(iterations, x, y); }

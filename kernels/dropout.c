// Random masks. Contract: src/learning/plan/kernels/dropout.ts.
#include "abi.generated.h"
#include "context.h"
#include "philox.h"

// A group of 64 places takes 16 blocks at every vector width: place 16 w + l is word w of block l.
enum { DROPOUT_BLOCKS = 16, DROPOUT_WORDS = 4, DROPOUT_GROUP = DROPOUT_BLOCKS * DROPOUT_WORDS };

static void dropout(const context *ctx, const dropout_arguments *args) {
  const double rate = ctx->slots[args->rate], *key = ctx->slots + args->key;
  const uint64_t step = (uint64_t)ctx->slots[args->step];
  const uint32_t k0 = (uint32_t)key[0], k1 = (uint32_t)key[1];
  const vector_words threshold = splat_word((uint32_t)(rate * 4294967296.));
  const vector scale = splat((float)(1 / (1 - rate)));
  const intptr_t stride = args->stride, example = args->repeats * stride;
  for (intptr_t row = 0; row < ctx->batch; row++) {
    const float *input = ctx->arena + args->input + row * example;
    float *output = ctx->arena + args->output + row * example;
    const uint32_t number = (uint32_t)(ctx->chunk_start + row);
    for (intptr_t group = 0; group < stride; group += DROPOUT_GROUP) {
      for (int lane = 0; lane < DROPOUT_BLOCKS; lane += VECTOR_FLOATS) {
        const uint32_t block = (uint32_t)(group / DROPOUT_WORDS) + (uint32_t)lane;
        const philox_block random = philox(block, number, (uint32_t)step, (uint32_t)(step >> 32), k0, k1);
        for (int word = 0; word < DROPOUT_WORDS; word++) {
          const intptr_t place = group + word * DROPOUT_BLOCKS + lane;
          if (place >= stride) break;
          const vector_mask is_kept = (vector_mask)(random.word[word] >= threshold);
          for (intptr_t at = place; at < example; at += stride)
            store(output + at, (vector)(is_kept & (vector_mask)(load(input + at) * scale)));
        }
      }
    }
  }
}

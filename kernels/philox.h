// Philox 4x32-10, one block of four words per lane. The same numbers as src/base/random/philox.ts.
// Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel Random Numbers: As Easy as 1, 2, 3".
#pragma once
#include "vector.h"

typedef uint32_t vector_words __attribute__((vector_size(VECTOR_FLOATS * 4)));

typedef struct {
  vector_words word[4];
} philox_block;

INLINE vector_words splat_word(uint32_t s) { return (vector_words){0} + s; }

// Both halves of the 64-bit products of each lane with one factor.
INLINE void multiply_wide(const vector_words v, const uint32_t factor, vector_words *high, vector_words *low) {
#if VECTOR_FLOATS == 16
  const __m512i f = _mm512_set1_epi32((int32_t)factor);
  const __m512i even = _mm512_mul_epu32((__m512i)v, f), odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)v, 32), f);
  *high = (vector_words)_mm512_mask_shuffle_epi32(odd, 0x5555, even, 0xf5);
  *low = (vector_words)_mm512_mask_shuffle_epi32(even, 0xaaaa, odd, 0xa0);
#elif VECTOR_FLOATS == 8
  const __m256i f = _mm256_set1_epi32((int32_t)factor);
  const __m256i even = _mm256_mul_epu32((__m256i)v, f), odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)v, 32), f);
  *high = (vector_words)_mm256_blend_epi32(_mm256_shuffle_epi32(even, 0xf5), odd, 0xaa);
  *low = (vector_words)_mm256_blend_epi32(even, _mm256_shuffle_epi32(odd, 0xa0), 0xaa);
#else
  // Compilers make the widening multiplications of SSE2, NEON and WebAssembly of this.
  typedef uint64_t double_words __attribute__((vector_size(16)));
  typedef uint32_t half __attribute__((vector_size(8)));
  const double_words f = {factor, factor};
  const double_words first = __builtin_convertvector((half){v[0], v[1]}, double_words) * f;
  const double_words last = __builtin_convertvector((half){v[2], v[3]}, double_words) * f;
  *low = __builtin_shufflevector((vector_words)first, (vector_words)last, 0, 2, 4, 6);
  *high = __builtin_shufflevector((vector_words)first, (vector_words)last, 1, 3, 5, 7);
#endif
}

// Blocks (first + lane, c1, c2, c3) under key (k0, k1).
INLINE philox_block philox(uint32_t first, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1) {
  vector_words x0 = splat_word(first), x1 = splat_word(c1), x2 = splat_word(c2), x3 = splat_word(c3);
  for (uint32_t lane = 0; lane < VECTOR_FLOATS; lane++) x0[lane] += lane;
  UNROLL for (int round = 0; round < 10; round++) {
    vector_words high0, low0, high1, low1;
    multiply_wide(x0, 0xd2511f53, &high0, &low0);
    multiply_wide(x2, 0xcd9e8d57, &high1, &low1);
    x0 = high1 ^ x1 ^ splat_word(k0);
    x1 = low1;
    x2 = high0 ^ x3 ^ splat_word(k1);
    x3 = low0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  return (philox_block){{x0, x1, x2, x3}};
}

// The four words of the one block (c0, c1, c2, c3) under key (k0, k1).
INLINE void philox_words(uint32_t x0, uint32_t x1, uint32_t x2, uint32_t x3, uint32_t k0, uint32_t k1, uint32_t *words) {
  for (int round = 0; round < 10; round++) {
    const uint64_t product0 = (uint64_t)x0 * 0xd2511f53, product1 = (uint64_t)x2 * 0xcd9e8d57;
    x0 = (uint32_t)(product1 >> 32) ^ x1 ^ k0;
    x1 = (uint32_t)product1;
    x2 = (uint32_t)(product0 >> 32) ^ x3 ^ k1;
    x3 = (uint32_t)product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  words[0] = x0, words[1] = x1, words[2] = x2, words[3] = x3;
}

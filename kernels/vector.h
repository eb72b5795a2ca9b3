// One vocabulary for every instruction set: VECTOR_FLOATS is 16 (AVX-512), 8 (AVX2) or 4 (SSE2, NEON, WebAssembly).
//
// Contraction is off in every build and fused_multiply_add is explicit, so that a source line means the same arithmetic
// at every width: AVX-512, AVX2 and NEON give the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifndef VECTOR_FLOATS
#error "VECTOR_FLOATS must be 16, 8 or 4"
#endif

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

typedef float vector __attribute__((vector_size(VECTOR_FLOATS * 4)));
typedef int32_t vector_mask __attribute__((vector_size(VECTOR_FLOATS * 4)));
typedef float vector_in_memory __attribute__((vector_size(VECTOR_FLOATS * 4), aligned(4), may_alias));

typedef int32_t integers_in_memory __attribute__((vector_size(VECTOR_FLOATS * 4), aligned(4), may_alias));

typedef int32_t int_in_memory __attribute__((may_alias));

INLINE vector load(const float *p) { return *(const vector_in_memory *)p; }
INLINE void store(float *p, vector v) { *(vector_in_memory *)p = v; }

#if VECTOR_FLOATS == 16
#include <immintrin.h>
INLINE vector splat(float s) { return (vector)_mm512_set1_ps(s); }
INLINE vector fused_multiply_add(vector a, vector b, vector c) {
  return (vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
INLINE vector fused_subtract_product(vector c, vector a, vector b) {
  return (vector)_mm512_fnmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
INLINE vector load_bytes(const uint8_t *p) {
  return (vector)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
#elif VECTOR_FLOATS == 8
#include <immintrin.h>
INLINE vector splat(float s) { return (vector)_mm256_set1_ps(s); }
INLINE vector fused_multiply_add(vector a, vector b, vector c) {
  return (vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
INLINE vector fused_subtract_product(vector c, vector a, vector b) {
  return (vector)_mm256_fnmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
INLINE vector load_bytes(const uint8_t *p) {
  return (vector)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
#else
INLINE vector splat(float s) { return (vector){s, s, s, s}; }
INLINE vector load_bytes(const uint8_t *p) { return (vector){p[0], p[1], p[2], p[3]}; }
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#if defined(__wasm_relaxed_simd__)
INLINE vector fused_subtract_product(vector c, vector a, vector b) { return __builtin_wasm_relaxed_nmadd_f32x4(a, b, c); }
// Fused or not as the machine likes: WebAssembly promises the same bits only on the same machine.
INLINE vector fused_multiply_add(vector a, vector b, vector c) { return __builtin_wasm_relaxed_madd_f32x4(a, b, c); }
#elif defined(__aarch64__)
INLINE vector fused_subtract_product(vector c, vector a, vector b) {
  return (vector)vfmsq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
INLINE vector fused_multiply_add(vector a, vector b, vector c) {
  return (vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
#else
INLINE vector fused_subtract_product(vector c, vector a, vector b) { return c - a * b; }
INLINE vector fused_multiply_add(vector a, vector b, vector c) { return a * b + c; }
#endif
#endif

// The floats at these distances from `base`.
INLINE vector load_at(const float *base, vector_mask index) {
#if VECTOR_FLOATS == 16
  return (vector)_mm512_i32gather_ps((__m512i)index, base, 4);
#elif VECTOR_FLOATS == 8
  return (vector)_mm256_i32gather_ps(base, (__m256i)index, 4);
#else
  return (vector){base[index[0]], base[index[1]], base[index[2]], base[index[3]]};
#endif
}

INLINE vector choose(vector_mask mask, vector yes, vector no) {
  return (vector)((mask & (vector_mask)yes) | (~mask & (vector_mask)no));
}
// NaN stays NaN, so that a diverged training cannot hide behind a relu.
INLINE vector positive_part(vector v) { return (vector)(~(v <= splat(0.f)) & (vector_mask)v); }
// sqrt(v) / SQUARE_ROOT_SCALE, from an estimate of 1 / sqrt(v) on the bits of v, Kadlec's correction of it, and a
// Goldschmidt step that leads to the root itself. Relative error below 8e-7 for normal v; 0 for 0. With the processor's own
// square root a training step takes a tenth longer, and the processors' estimates differ between makers.
//
// The correction is y (2.38924456 - v y^2) and a factor f; the step is v y (3 - v y^2) and a factor of 1/2. The factors are
// left to the caller, who has one to multiply by anyway.
// Source: Kadlec 2010 for the estimate, the constant and f = 0.703952253; Markstein 2004 for the step.
#define SQUARE_ROOT_FACTOR 0.703952253
#define SQUARE_ROOT_SCALE (SQUARE_ROOT_FACTOR * SQUARE_ROOT_FACTOR * SQUARE_ROOT_FACTOR / 2)
INLINE vector scaled_square_root(vector v) {
  vector inverse = (vector)(0x5f1ffff9 - ((vector_mask)v >> 1));
  inverse = inverse * fused_subtract_product(splat(2.38924456f), v * inverse, inverse);
  vector root = v * inverse;
  return root * fused_subtract_product(splat((float)(3 / (SQUARE_ROOT_FACTOR * SQUARE_ROOT_FACTOR))), root, inverse);
}
INLINE vector absolute(vector v) { return (vector)((vector_mask)v & 0x7fffffff); }
INLINE vector where_positive(vector v, vector test) { return (vector)((test > splat(0.f)) & (vector_mask)v); }

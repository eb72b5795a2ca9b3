// Which builds of the core this processor and operating system can run.
#pragma once

enum instruction_set { BASELINE, AVX2, AVX512, INSTRUCTION_SETS };

static const char *const instruction_set_names[INSTRUCTION_SETS] = {
#if defined(__aarch64__)
    "neon",
#else
    "sse2",
#endif
    "avx2", "avx512"};

#if defined(__x86_64__)
#include <cpuid.h>

static int supports_instruction_set(enum instruction_set set) {
  if (set == BASELINE) return 1;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  const int has_fma = c >> 12 & 1, has_xsave = c >> 27 & 1;
  if (!has_fma || !has_xsave) return 0;
  // The operating system must save the registers too: bits 1-2 for AVX, 5-7 for AVX-512.
  unsigned saved_low, saved_high;
  __asm__ volatile("xgetbv" : "=a"(saved_low), "=d"(saved_high) : "c"(0));
  if ((saved_low & 0x06) != 0x06 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (set == AVX2) return b >> 5 & 1;
  const int has_f = b >> 16 & 1, has_dq = b >> 17 & 1, has_bw = b >> 30 & 1, has_vl = b >> 31 & 1;
  return (saved_low & 0xe6) == 0xe6 && has_f && has_dq && has_bw && has_vl;
}
#else
static int supports_instruction_set(enum instruction_set set) { return set == BASELINE; }
#endif

// The Node-API face of the core: picks the build for an instruction set and passes typed arrays through.
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#if defined(__unix__) || defined(__APPLE__)
#define MAPS_FILES 1
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

#include "abi.generated.h"
#include "context.h"
#include "cpu.h"

#define INSTRUCTION_SET baseline
#include "core.h"
#undef INSTRUCTION_SET
#if defined(__x86_64__)
int32_t execute_avx2(const run *r, context *ctx);
float peak_avx2(int32_t iterations, float x, float y);
int32_t execute_avx512(const run *r, context *ctx);
float peak_avx512(int32_t iterations, float x, float y);
#endif

typedef int32_t execute_function(const run *r, context *ctx);
typedef float peak_function(int32_t iterations, float x, float y);

static execute_function *const execute_functions[INSTRUCTION_SETS] = {
    execute_baseline,
#if defined(__x86_64__)
    execute_avx2, execute_avx512,
#endif
};
static peak_function *const peak_functions[INSTRUCTION_SETS] = {
    peak_baseline,
#if defined(__x86_64__)
    peak_avx2, peak_avx512,
#endif
};

#define REQUIRE(condition, message) \
  do { \
    if (!(condition)) { \
      napi_throw_error(env, "INTERNAL", message); \
      return 0; \
    } \
  } while (0)

typedef struct {
  void *bytes; // null when the array is empty
  size_t length;
} array;

// True for a typed array of one of two types.
static int get_array(napi_env env, napi_value value, napi_typedarray_type type, napi_typedarray_type or_type, array *found) {
  bool is_array = false;
  napi_typedarray_type found_type;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return 0;
  napi_get_typedarray_info(env, value, &found_type, &found->length, &found->bytes, 0, 0);
  return found_type == type || found_type == or_type;
}

// Asked once: cpuid costs tens of microseconds inside a virtual machine.
static int is_supported[INSTRUCTION_SETS];

// instructionSets(): the names of those usable here, slowest first
static napi_value instruction_sets(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value names;
  napi_create_array(env, &names);
  uint32_t count = 0;
  for (int set = 0; set < INSTRUCTION_SETS; set++) {
    if (!is_supported[set]) continue;
    napi_value name;
    napi_create_string_utf8(env, instruction_set_names[set], NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, count++, name);
  }
  return names;
}

static int instruction_set_of(napi_env env, napi_value value) {
  char name[16];
  size_t length;
  if (napi_get_value_string_utf8(env, value, name, sizeof name, &length) != napi_ok) return -1;
  for (int set = 0; set < INSTRUCTION_SETS; set++) {
    const char *known = instruction_set_names[set];
    size_t i = 0;
    while (known[i] && known[i] == name[i]) i++;
    if (known[i] == name[i] && is_supported[set]) return set;
  }
  return -1;
}

// execute(instructionSet, program, slots, arena, features, labels, order, partners, rates,
//         [batchSize, chunkSize, first, end, watchedSlot, rateSlot]): steps
static napi_value execute(napi_env env, napi_callback_info info) {
  enum { ARGUMENTS = 10 };
  size_t count = ARGUMENTS;
  napi_value arguments[ARGUMENTS];
  napi_get_cb_info(env, info, &count, arguments, 0, 0);
  REQUIRE(count == ARGUMENTS, "execute takes 10 arguments");
  const int set = instruction_set_of(env, arguments[0]);
  REQUIRE(set >= 0, "execute: unusable instruction set");
  array program, slots, arena, features, labels, order, partners, rates, scalars;
  REQUIRE(get_array(env, arguments[1], napi_int32_array, napi_int32_array, &program) &&
              get_array(env, arguments[2], napi_float64_array, napi_float64_array, &slots) &&
              get_array(env, arguments[3], napi_float32_array, napi_float32_array, &arena) &&
              get_array(env, arguments[4], napi_uint8_array, napi_float32_array, &features) &&
              get_array(env, arguments[5], napi_uint8_array, napi_float32_array, &labels) &&
              get_array(env, arguments[6], napi_int32_array, napi_int32_array, &order) &&
              get_array(env, arguments[7], napi_int32_array, napi_int32_array, &partners) &&
              get_array(env, arguments[8], napi_float64_array, napi_float64_array, &rates) &&
              get_array(env, arguments[9], napi_int32_array, napi_int32_array, &scalars),
          "execute: an argument is not the typed array that is expected");
  REQUIRE(scalars.length == 6, "execute: the scalars must be six 32-bit integers");
  const int32_t *scalar = scalars.bytes;
  const run r = {program.bytes, rates.length > 0 ? rates.bytes : 0, (int32_t)program.length,
                 scalar[0],     scalar[1], scalar[2], scalar[3], scalar[4], scalar[5]};
  REQUIRE(r.batch_size > 0 && r.chunk_size > 0 && r.first >= 0 && r.end >= 0 && (size_t)r.end <= order.length,
          "execute: the range is outside the order");
  REQUIRE(rates.length == 0 || (rates.length * (size_t)r.batch_size >= (size_t)(r.end - r.first) && r.rate_slot >= 0 &&
                                (size_t)r.rate_slot < slots.length),
          "execute: there must be a rate for each step, and a slot for it");
  context ctx = {.arena = arena.bytes,
                 .slots = slots.bytes,
                 .features = features.bytes,
                 .labels = labels.bytes,
                 .order = order.bytes,
                 .partners = partners.bytes,
                 .partner_count = (int32_t)partners.length};
  napi_value steps;
  napi_create_int32(env, execute_functions[set](&r, &ctx), &steps);
  return steps;
}

// peak(instructionSet, iterations): runs the multiply-add loop
static napi_value peak(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2], result;
  napi_get_cb_info(env, info, &count, arguments, 0, 0);
  const int set = instruction_set_of(env, arguments[0]);
  int32_t iterations = 0;
  REQUIRE(set >= 0 && napi_get_value_int32(env, arguments[1], &iterations) == napi_ok, "peak: unusable arguments");
  napi_create_double(env, peak_functions[set](iterations, 0.5f, 0.5f), &result);
  return result;
}

static void release(napi_env env, void *bytes, void *hint) {
  (void)env;
  (void)hint;
  free(bytes);
}

// allocate(bytes): a zeroed ArrayBuffer on huge pages where there are any, since strided walks over a batch touch a new
// small page at almost every step
static napi_value allocate(napi_env env, napi_callback_info info) {
  enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20 };
  size_t count = 1;
  napi_value argument, buffer;
  napi_get_cb_info(env, info, &count, &argument, 0, 0);
  double wanted = 0;
  REQUIRE(napi_get_value_double(env, argument, &wanted) == napi_ok && wanted >= 0, "allocate: expected a size in bytes");
  // What is smaller than such a page is better off without: clearing one takes longer than a small training's epoch.
  const size_t alignment = wanted < HUGE_PAGE ? CACHE_LINE : HUGE_PAGE;
  const size_t size = ((size_t)wanted / alignment + 1) * alignment;
  void *bytes = aligned_alloc(alignment, size);
  REQUIRE(bytes, "allocate: out of memory");
#if defined(__linux__)
  if (alignment == HUGE_PAGE) madvise(bytes, size, MADV_HUGEPAGE);
#endif
  memset(bytes, 0, size);
  if (napi_create_external_arraybuffer(env, bytes, (size_t)wanted, release, 0, &buffer) != napi_ok) {
    free(bytes);
    REQUIRE(0, "allocate: this runtime does not take memory from outside");
  }
  return buffer;
}

#if defined(MAPS_FILES)
static void unmap(napi_env env, void *bytes, void *length) {
  (void)env;
  munmap(bytes, (size_t)(uintptr_t)length);
}

// A private mapping may be written to without reaching the file. It is not counted against the machine's memory
// beforehand: a file may well be larger than that.
//
// For each page that is missing the system reads a stretch of its neighbours too. That fills memory quickly where all of the
// file fits, and wastes most of what is read, and of what it displaces, where it does not and examples are taken anywhere.
static void *map_pages(const char *path, off_t offset, size_t length, bool is_larger_than_memory) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  struct stat found;
  // What lies beyond the file's end cannot be looked at without killing the process.
  const int is_whole = fstat(file, &found) == 0 && S_ISREG(found.st_mode) && found.st_size - offset >= (off_t)length;
  void *bytes = MAP_FAILED;
  if (is_whole) bytes = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file, offset);
  close(file);
  if (bytes == MAP_FAILED) return 0;
  if (is_larger_than_memory) madvise(bytes, length, MADV_RANDOM);
  return bytes;
}

// map(path, offset, length, isLargerThanMemory): a piece of a file as an ArrayBuffer whose pages all processes share;
// undefined where the file is shorter or cannot be mapped. The offset is a multiple of a page.
static napi_value map(napi_env env, napi_callback_info info) {
  size_t count = 4, path_length = 0;
  napi_value arguments[4], buffer;
  napi_get_cb_info(env, info, &count, arguments, 0, 0);
  double offset = 0, length = 0;
  bool is_larger_than_memory = false;
  REQUIRE(count == 4 && napi_get_value_bool(env, arguments[3], &is_larger_than_memory) == napi_ok &&
              napi_get_value_string_utf8(env, arguments[0], 0, 0, &path_length) == napi_ok &&
              napi_get_value_double(env, arguments[1], &offset) == napi_ok && offset >= 0 &&
              napi_get_value_double(env, arguments[2], &length) == napi_ok && length >= 1,
          "map: expected a path, an offset, a length in bytes, and whether that is more than memory");
  char *path = malloc(path_length + 1);
  REQUIRE(path, "map: out of memory");
  napi_get_value_string_utf8(env, arguments[0], path, path_length + 1, &path_length);
  void *bytes = map_pages(path, (off_t)offset, (size_t)length, is_larger_than_memory);
  free(path);
  if (!bytes) return 0;
  if (napi_create_external_arraybuffer(env, bytes, (size_t)length, unmap, (void *)(uintptr_t)length, &buffer) != napi_ok) {
    munmap(bytes, (size_t)length);
    return 0;
  }
  return buffer;
}
#endif

NAPI_MODULE_INIT() {
  for (int set = 0; set < INSTRUCTION_SETS; set++) is_supported[set] = supports_instruction_set((enum instruction_set)set);
  const struct {
    const char *name;
    napi_callback callback;
  } functions[] = {{"instructionSets", instruction_sets}, {"execute", execute}, {"peak", peak}, {"allocate", allocate},
#if defined(MAPS_FILES)
                   {"map", map},
#endif
  };
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].callback, 0, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  napi_value fingerprint;
  napi_create_int32(env, KERNEL_TABLE_FINGERPRINT, &fingerprint);
  napi_set_named_property(env, exports, "fingerprint", fingerprint);
  return exports;
}

// The blocked product C [rows, columns] = A [rows, depth] B [depth, columns] with an epilogue in registers.
//
// One micro-kernel keeps a tile of TILE_ROWS x TILE_VECTORS accumulators. A is read by scalar broadcast with any row and
// column stride, so the same code multiplies by A and by its transpose, and A is never packed. B is read from column
// panels with unit stride. The tile shapes are those that leave room in the register file for one row of B; others were
// measured slower.
//
// Every element is summed over the depth in order, with fused multiply-add, in blocks that depend on the depth alone:
// the tile shape and the vector width leave no trace in the result.
#include "adam.h"
#include "panel.h"

// Widest tile, in vectors, and its rows. A tile of AVX-512 lies across two panels: fewer loads for a multiplication than
// with a tall one.
#if VECTOR_FLOATS == 16
enum { TILE_VECTORS = 4, WIDE_TILE_ROWS = 6, NARROW_TILE_ROWS = 8 };
#elif VECTOR_FLOATS == 8
enum { TILE_VECTORS = 2, WIDE_TILE_ROWS = 6, NARROW_TILE_ROWS = 6 };
#else
enum { TILE_VECTORS = 2, WIDE_TILE_ROWS = 4, NARROW_TILE_ROWS = 4 };
#endif
enum { TILE_COLUMNS = TILE_VECTORS * VECTOR_FLOATS, PANEL_VECTORS = PANEL_WIDTH / VECTOR_FLOATS };

// Columns come in multiples of 16 and panels are never straddled but by a tile that covers two whole ones.
INLINE int tile_vectors(intptr_t columns_left) {
  if (columns_left >= TILE_COLUMNS) return TILE_VECTORS;
  return columns_left >= PANEL_WIDTH ? PANEL_VECTORS : (int)(columns_left / VECTOR_FLOATS);
}

INLINE int tile_rows(int vectors) { return vectors == TILE_VECTORS ? WIDE_TILE_ROWS : NARROW_TILE_ROWS; }

// Longest block of the depth: two panels of it take 35 kB and stay in the first-level cache beside their rows of A. It
// cuts 784 in six even blocks and holds a whole chunk of a batch (`longestChunk` in src/learning/compiler/lower.ts).
enum { LONGEST_BLOCK = 136 };

INLINE intptr_t block_depth(intptr_t depth) {
  intptr_t blocks = (depth + LONGEST_BLOCK - 1) / LONGEST_BLOCK;
  return ((depth + blocks - 1) / blocks + 7) / 8 * 8;
}

// What happens to a finished tile before it is stored.
enum epilogue { STORE, ADD_BIAS, ADD_BIAS_RELU, MASK_BY_POSITIVE, APPLY_ADAM };

typedef struct {
  intptr_t rows, columns, depth;
  const float *a;                // element (i, k) at a[i * a_row + k * a_column]
  intptr_t a_row, a_column;
  const float *b;                // in panels
  int adds_to_c;                 // c already holds a part of the sum
  float *c;                      // element (i, j) in panels, or at c[i * c_row + j] when c_row > 0
  intptr_t c_row;
  enum epilogue epilogue;
  const float *bias;             // ADD_BIAS, ADD_BIAS_RELU: [columns], or none
  const float *positive;         // MASK_BY_POSITIVE: laid out as c
  adam_step adam;                // APPLY_ADAM: instead of a store to c; weight, mean and variance in panels
  float *weight, *mean, *variance;
  float *magnitude;              // APPLY_ADAM: [columns], sum over rows of |c|
  float *squares;                // APPLY_ADAM: [columns], sum over rows of (c * square_scale)^2, or none
  float square_scale;
} product;

// Where one tile works: row and column of its corner, and its pointers.
typedef struct {
  intptr_t row, column, depth;
  const float *a, *b;
  intptr_t b_row, b_panel; // from row to row and from panel to panel
  float *c;
  intptr_t c_row, c_panel;
  int adds_to_c;           // c holds the sum of earlier blocks
} tile_place;

// Offset of a tile's vector number j in a row.
INLINE intptr_t vector_offset(const int j, intptr_t panel) {
  return j / PANEL_VECTORS * panel + j % PANEL_VECTORS * VECTOR_FLOATS;
}

INLINE void tile(const int rows, const int vectors, const enum epilogue epilogue, const product *p, const tile_place *at) {
  enum { MOST_ROWS = NARROW_TILE_ROWS };
  vector sum[MOST_ROWS][TILE_VECTORS];
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = splat(0.f);
  const float *a = at->a, *b = at->b;
  const intptr_t a_row = p->a_row, a_column = p->a_column, b_row = at->b_row, b_panel = at->b_panel;
  for (intptr_t k = 0; k < at->depth; k++) {
    vector row[TILE_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++) row[j] = load(b + vector_offset(j, b_panel));
    UNROLL for (int i = 0; i < rows; i++) {
      vector scalar = splat(a[i * a_row]);
      UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = fused_multiply_add(scalar, row[j], sum[i][j]);
    }
    a += a_column;
    b += b_row;
  }
  float *c = at->c;
  const intptr_t c_row = at->c_row, c_panel = at->c_panel;
  if (at->adds_to_c) {
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
      sum[i][j] += load(c + i * c_row + vector_offset(j, c_panel));
  }
  if (epilogue == APPLY_ADAM) {
    UNROLL for (int j = 0; j < vectors; j++) {
      float *magnitude = p->magnitude + at->column + j * VECTOR_FLOATS;
      vector total = at->row == 0 ? splat(0.f) : load(magnitude);
      UNROLL for (int i = 0; i < rows; i++) total += absolute(sum[i][j]);
      store(magnitude, total);
      if (p->squares) {
        float *squares = p->squares + at->column + j * VECTOR_FLOATS;
        vector square = at->row == 0 ? splat(0.f) : load(squares);
        UNROLL for (int i = 0; i < rows; i++) {
          vector scaled = sum[i][j] * splat(p->square_scale);
          square = fused_multiply_add(scaled, scaled, square);
        }
        store(squares, square);
      }
    }
    const intptr_t corner = c - p->c;
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) {
      const intptr_t offset = corner + i * c_row + vector_offset(j, c_panel);
      adam_apply(&p->adam, sum[i][j], 0, p->weight + offset, p->mean + offset, p->variance + offset, 0);
    }
    return;
  }
  UNROLL for (int j = 0; j < vectors; j++) {
    const intptr_t column = at->column + j * VECTOR_FLOATS;
    const int has_bias = (epilogue == ADD_BIAS || epilogue == ADD_BIAS_RELU) && p->bias;
    const vector bias = has_bias ? load(p->bias + column) : splat(0.f);
    UNROLL for (int i = 0; i < rows; i++) {
      const intptr_t offset = i * c_row + vector_offset(j, c_panel);
      vector value = sum[i][j];
      if (epilogue == ADD_BIAS) value = value + bias;
      if (epilogue == ADD_BIAS_RELU) value = positive_part(value + bias);
      if (epilogue == MASK_BY_POSITIVE) value = where_positive(value, load(p->positive + (c - p->c) + offset));
      store(c + offset, value);
    }
  }
}

// The compiler makes one straight-line body for every tile height and width.
#define TILE_CASE(HEIGHT, WIDTH, EPILOGUE) \
  case HEIGHT: \
    tile(HEIGHT, WIDTH, EPILOGUE, p, at); \
    break;
#define CASES_TO_4(WIDTH, EPILOGUE) \
  TILE_CASE(4, WIDTH, EPILOGUE) TILE_CASE(3, WIDTH, EPILOGUE) TILE_CASE(2, WIDTH, EPILOGUE) TILE_CASE(1, WIDTH, EPILOGUE)
#define CASES_TO_6(WIDTH, EPILOGUE) \
  TILE_CASE(6, WIDTH, EPILOGUE) TILE_CASE(5, WIDTH, EPILOGUE) CASES_TO_4(WIDTH, EPILOGUE)
#define CASES_TO_8(WIDTH, EPILOGUE) \
  TILE_CASE(8, WIDTH, EPILOGUE) TILE_CASE(7, WIDTH, EPILOGUE) CASES_TO_6(WIDTH, EPILOGUE)
#if VECTOR_FLOATS == 16
#define TILES(EPILOGUE) \
  if (vectors == 4) switch (rows) { CASES_TO_6(4, EPILOGUE) } \
  else if (vectors == 2) switch (rows) { CASES_TO_8(2, EPILOGUE) } \
  else switch (rows) { CASES_TO_8(1, EPILOGUE) }
#elif VECTOR_FLOATS == 8
#define TILES(EPILOGUE) switch (rows) { CASES_TO_6(2, EPILOGUE) }
#else
#define TILES(EPILOGUE) switch (rows) { CASES_TO_4(2, EPILOGUE) }
#endif
#define DEFINE_TILE(NAME, EPILOGUE) \
  static __attribute__((noinline)) void NAME(int rows, int vectors, const product *p, const tile_place *at) { \
    (void)vectors; \
    TILES(EPILOGUE) \
  }

DEFINE_TILE(tile_store, STORE)
DEFINE_TILE(tile_add_bias, ADD_BIAS)
DEFINE_TILE(tile_add_bias_relu, ADD_BIAS_RELU)
DEFINE_TILE(tile_mask_by_positive, MASK_BY_POSITIVE)
DEFINE_TILE(tile_apply_adam, APPLY_ADAM)

typedef void tile_function(int rows, int vectors, const product *p, const tile_place *at);
static tile_function *const tile_functions[] = {tile_store, tile_add_bias, tile_add_bias_relu, tile_mask_by_positive,
                                                tile_apply_adam};

// Finds the tile's pointers. @param vectors its width
INLINE void run_tile(tile_function *function, const product *p, tile_place *at, int vectors, intptr_t first_depth) {
  const intptr_t rows_left = p->rows - at->row;
  const intptr_t panel = at->column / PANEL_WIDTH * PANEL_WIDTH;
  const intptr_t width = panel_width(p->columns, panel), in_panel = at->column - panel;
  at->a = p->a + at->row * p->a_row + first_depth * p->a_column;
  at->b = p->b + panel_offset(p->depth, panel) + first_depth * width + in_panel;
  at->b_row = width;
  at->b_panel = panel_offset(p->depth, PANEL_WIDTH);
  if (p->c_row > 0) {
    at->c = p->c + at->row * p->c_row + at->column;
    at->c_row = p->c_row;
    at->c_panel = PANEL_WIDTH;
  } else {
    at->c = p->c + panel_offset(p->rows, panel) + at->row * width + in_panel;
    at->c_row = width;
    at->c_panel = panel_offset(p->rows, PANEL_WIDTH);
  }
  const int most = tile_rows(vectors);
  function(rows_left < most ? (int)rows_left : most, vectors, p, at);
}

// A block of a panel of B stays in the first-level cache while all rows of A pass by.
static void multiply(const product *p) {
  const intptr_t step = block_depth(p->depth);
  for (intptr_t first_depth = 0; first_depth < p->depth; first_depth += step) {
    const intptr_t rest = p->depth - first_depth;
    tile_place at = {.depth = rest < step ? rest : step, .adds_to_c = p->adds_to_c || first_depth > 0};
    tile_function *function = tile_functions[rest <= step ? p->epilogue : STORE];
    int vectors;
    for (at.column = 0; at.column < p->columns; at.column += vectors * VECTOR_FLOATS) {
      vectors = tile_vectors(p->columns - at.column);
      for (at.row = 0; at.row < p->rows; at.row += tile_rows(vectors)) run_tile(function, p, &at, vectors, first_depth);
    }
  }
}

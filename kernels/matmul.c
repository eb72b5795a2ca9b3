// The blocked product C [rows, columns] = A [rows, depth] B [depth, columns] with an epilogue in registers.
//
// One micro-kernel keeps a tile of TILE_ROWS x TILE_VECTORS accumulators. A is read by scalar broadcast with any row and
// column stride, so the same code multiplies by A and by its transpose, and A is never packed. B is read with unit
// stride: from column panels, or from a plain matrix. The tile shapes are those that leave room in the register file
// for one row of B; others were measured slower.
//
// Every element is summed over the depth in order, with fused multiply-add, in blocks that depend on the depth alone:
// the tile shape and the vector width leave no trace in the result.
#include "adam.h"
#include "panel.h"

#if VECTOR_FLOATS == 16
enum { TILE_ROWS = 8, TILE_VECTORS = 2 };
#elif VECTOR_FLOATS == 8
enum { TILE_ROWS = 6, TILE_VECTORS = 2 };
#else
enum { TILE_ROWS = 4, TILE_VECTORS = 2 };
#endif
enum { TILE_COLUMNS = TILE_VECTORS * VECTOR_FLOATS };

// Longest depth of one block: a panel of B of that depth takes 34 kB and stays in the first-level cache with its rows
// of A. One that is a little over 256 cuts 784 in three even blocks.
enum { LONGEST_BLOCK = 272 };

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
  const float *b;                // element (k, j) in panels, or at b[k * b_row + j] when b_row > 0
  intptr_t b_row;
  float *c;                      // element (i, j) in panels, or at c[i * c_row + j] when c_row > 0
  intptr_t c_row;
  enum epilogue epilogue;
  const float *bias;             // ADD_BIAS, ADD_BIAS_RELU: [columns]
  const float *positive;         // MASK_BY_POSITIVE: laid out as c
  adam_step adam;                // APPLY_ADAM: instead of a store to c; weight, mean and variance in panels
  float *weight, *mean, *variance;
  float *magnitude;              // APPLY_ADAM: [columns], sum over rows of |c|
} product;

// Where one tile works: row and column of its corner, and its pointers.
typedef struct {
  intptr_t row, column, depth;
  const float *a, *b;
  intptr_t b_row;
  float *c;
  intptr_t c_row;
  int adds_to_c; // c holds the sum of earlier blocks
} tile_place;

INLINE void tile(const int rows, const int vectors, const enum epilogue epilogue, const product *p, const tile_place *at) {
  vector sum[TILE_ROWS][TILE_VECTORS];
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = splat(0.f);
  const float *a = at->a, *b = at->b;
  const intptr_t a_row = p->a_row, a_column = p->a_column, b_row = at->b_row;
  for (intptr_t k = 0; k < at->depth; k++) {
    vector row[TILE_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++) row[j] = load(b + j * VECTOR_FLOATS);
    UNROLL for (int i = 0; i < rows; i++) {
      vector scalar = splat(a[i * a_row]);
      UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = fused_multiply_add(scalar, row[j], sum[i][j]);
    }
    a += a_column;
    b += b_row;
  }
  float *c = at->c;
  const intptr_t c_row = at->c_row;
  if (at->adds_to_c) {
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
      sum[i][j] += load(c + i * c_row + j * VECTOR_FLOATS);
  }
  if (epilogue == APPLY_ADAM) {
    float *magnitude = p->magnitude + at->column;
    vector total[TILE_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++)
      total[j] = at->row == 0 ? splat(0.f) : load(magnitude + j * VECTOR_FLOATS);
    const intptr_t corner = c - p->c;
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) {
      const intptr_t offset = corner + i * c_row + j * VECTOR_FLOATS;
      total[j] += absolute(sum[i][j]);
      adam_apply(&p->adam, sum[i][j], p->weight + offset, p->mean + offset, p->variance + offset);
    }
    UNROLL for (int j = 0; j < vectors; j++) store(magnitude + j * VECTOR_FLOATS, total[j]);
    return;
  }
  vector bias[TILE_VECTORS];
  if (epilogue == ADD_BIAS || epilogue == ADD_BIAS_RELU) {
    UNROLL for (int j = 0; j < vectors; j++) bias[j] = load(p->bias + at->column + j * VECTOR_FLOATS);
  }
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++) {
    const intptr_t offset = i * c_row + j * VECTOR_FLOATS;
    vector value = sum[i][j];
    if (epilogue == ADD_BIAS) value = value + bias[j];
    if (epilogue == ADD_BIAS_RELU) value = positive_part(value + bias[j]);
    if (epilogue == MASK_BY_POSITIVE) value = where_positive(value, load(p->positive + (c - p->c) + offset));
    store(c + offset, value);
  }
}

// The compiler makes one straight-line body for every tile height and width.
#define TILE_CASE(HEIGHT, WIDTH, EPILOGUE) \
  case HEIGHT: \
    tile(HEIGHT, WIDTH, EPILOGUE, p, at); \
    break;
#if VECTOR_FLOATS == 16
#define TALL_TILE_CASES(WIDTH, EPILOGUE) \
  TILE_CASE(8, WIDTH, EPILOGUE) TILE_CASE(7, WIDTH, EPILOGUE) TILE_CASE(6, WIDTH, EPILOGUE) TILE_CASE(5, WIDTH, EPILOGUE)
#elif VECTOR_FLOATS == 8
#define TALL_TILE_CASES(WIDTH, EPILOGUE) TILE_CASE(6, WIDTH, EPILOGUE) TILE_CASE(5, WIDTH, EPILOGUE)
#else
#define TALL_TILE_CASES(WIDTH, EPILOGUE)
#endif
#define TILE_SWITCH(WIDTH, EPILOGUE) \
  switch (rows) { \
    TALL_TILE_CASES(WIDTH, EPILOGUE) \
    TILE_CASE(4, WIDTH, EPILOGUE) TILE_CASE(3, WIDTH, EPILOGUE) TILE_CASE(2, WIDTH, EPILOGUE) TILE_CASE(1, WIDTH, EPILOGUE) \
  }
#define DEFINE_TILE(NAME, EPILOGUE) \
  static __attribute__((noinline)) void NAME(int rows, int vectors, const product *p, const tile_place *at) { \
    if (vectors == TILE_VECTORS) TILE_SWITCH(TILE_VECTORS, EPILOGUE) \
    else TILE_SWITCH(1, EPILOGUE) \
  }

DEFINE_TILE(tile_store, STORE)
DEFINE_TILE(tile_add_bias, ADD_BIAS)
DEFINE_TILE(tile_add_bias_relu, ADD_BIAS_RELU)
DEFINE_TILE(tile_mask_by_positive, MASK_BY_POSITIVE)
DEFINE_TILE(tile_apply_adam, APPLY_ADAM)

typedef void tile_function(int rows, int vectors, const product *p, const tile_place *at);
static tile_function *const tile_functions[] = {tile_store, tile_add_bias, tile_add_bias_relu, tile_mask_by_positive,
                                                tile_apply_adam};

INLINE void run_tile(tile_function *function, const product *p, tile_place *at, intptr_t first_depth) {
  const intptr_t rows_left = p->rows - at->row;
  const intptr_t panel = at->column / PANEL_WIDTH * PANEL_WIDTH;
  const intptr_t width = panel_width(p->columns, panel), in_panel = at->column - panel;
  const intptr_t columns_left = width - in_panel;
  at->a = p->a + at->row * p->a_row + first_depth * p->a_column;
  at->b_row = p->b_row > 0 ? p->b_row : width;
  at->b = p->b_row > 0 ? p->b + first_depth * p->b_row + at->column
                       : p->b + panel_offset(p->depth, panel) + first_depth * width + in_panel;
  at->c_row = p->c_row > 0 ? p->c_row : width;
  at->c = p->c_row > 0 ? p->c + at->row * p->c_row + at->column
                       : p->c + panel_offset(p->rows, panel) + at->row * width + in_panel;
  function(rows_left < TILE_ROWS ? (int)rows_left : TILE_ROWS,
           columns_left < TILE_COLUMNS ? (int)(columns_left / VECTOR_FLOATS) : TILE_VECTORS, p, at);
}

static void multiply(const product *p) {
  const intptr_t step = block_depth(p->depth);
  for (intptr_t first_depth = 0; first_depth < p->depth; first_depth += step) {
    const intptr_t rest = p->depth - first_depth;
    tile_place at = {.depth = rest < step ? rest : step, .adds_to_c = first_depth > 0};
    tile_function *function = tile_functions[rest <= step ? p->epilogue : STORE];
    if (p->b_row > 0) {
      // A plain B is a short matrix that stays in cache: go down A once and reuse its strip for all columns.
      for (at.row = 0; at.row < p->rows; at.row += TILE_ROWS)
        for (at.column = 0; at.column < p->columns; at.column += TILE_COLUMNS) run_tile(function, p, &at, first_depth);
    } else {
      for (at.column = 0; at.column < p->columns; at.column += TILE_COLUMNS)
        for (at.row = 0; at.row < p->rows; at.row += TILE_ROWS) run_tile(function, p, &at, first_depth);
    }
  }
}

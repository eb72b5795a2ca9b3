// The product C = A B whose rows and depth lie anywhere: what a convolution is when its windows are not copied.
//
// A row is a pixel or a tap and the depth is taps or pixels; tables say where each of them lies, so a tile is full whatever
// the shape of the image. The tiles are those of matmul.c, and so is the order of every sum: over the depth of a block in
// order, and blocks in order.
#include "panel.h"

typedef struct {
  intptr_t rows, columns, depth;  // of one block: its depth is at most LONGEST_BLOCK
  const float *a;                 // element (i, k) at a[a_rows[i] + a_depth[k]]
  const int32_t *a_rows, *a_depth;
  const float *b;                 // row k of a panel at b[k * its width], or b[b_depth[k] * its width] if there is a table
  const int32_t *b_depth;
  intptr_t b_first;               // rows of b before the first
  intptr_t b_panel;               // from panel to panel; 0: b has plain rows of b_columns
  intptr_t b_columns;
  float *c;                       // element (i, j) at c[c_rows[i] * c_width + j]
  const int32_t *c_rows;
  intptr_t c_panel;               // from panel to panel, whose width is then c_width; 0: c has plain rows of c_columns
  intptr_t c_columns;
  int adds_to_c;                  // c already holds a part of the sum
  enum epilogue epilogue;         // STORE, ADD_BIAS or ADD_BIAS_RELU
  const float *bias;              // [columns], or none
} gathered_product;

// Where one tile works.
typedef struct {
  const int32_t *a_rows, *c_rows;
  const float *b;
  intptr_t b_row, b_panel;
  float *c;
  intptr_t c_row, c_panel;
  const float *bias;
} gathered_place;

INLINE void gathered_tile(const int rows, const int vectors, const int is_b_gathered, const gathered_product *p,
                          const gathered_place *at) {
  enum { MOST_ROWS = NARROW_TILE_ROWS };
  vector sum[MOST_ROWS][TILE_VECTORS];
  const float *a[MOST_ROWS];
  UNROLL for (int i = 0; i < rows; i++) {
    a[i] = p->a + at->a_rows[i];
    UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = splat(0.f);
  }
  const int32_t *a_depth = p->a_depth, *end = a_depth + p->depth, *b_depth = p->b_depth;
  const float *b = at->b;
  const intptr_t b_row = at->b_row, b_panel = at->b_panel;
  while (a_depth < end) {
    const intptr_t k = *a_depth++;
    const float *from = is_b_gathered ? b + *b_depth++ * b_row : b;
    vector row[TILE_VECTORS];
    UNROLL for (int j = 0; j < vectors; j++) row[j] = load(from + vector_offset(j, b_panel));
    UNROLL for (int i = 0; i < rows; i++) {
      vector scalar = splat(a[i][k]);
      UNROLL for (int j = 0; j < vectors; j++) sum[i][j] = fused_multiply_add(scalar, row[j], sum[i][j]);
    }
    if (!is_b_gathered) b += b_row;
  }
  const intptr_t c_panel = at->c_panel;
  float *c[MOST_ROWS];
  UNROLL for (int i = 0; i < rows; i++) c[i] = at->c + at->c_rows[i] * at->c_row;
  if (p->adds_to_c) {
    UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
      sum[i][j] += load(c[i] + vector_offset(j, c_panel));
  }
  if (p->epilogue != STORE) {
    UNROLL for (int j = 0; j < vectors; j++) {
      const vector bias = at->bias ? load(at->bias + j * VECTOR_FLOATS) : splat(0.f);
      UNROLL for (int i = 0; i < rows; i++) sum[i][j] += bias;
    }
    if (p->epilogue == ADD_BIAS_RELU) {
      UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
        sum[i][j] = positive_part(sum[i][j]);
    }
  }
  UNROLL for (int i = 0; i < rows; i++) UNROLL for (int j = 0; j < vectors; j++)
    store(c[i] + vector_offset(j, c_panel), sum[i][j]);
}

#undef TILE_CASE
#define TILE_CASE(HEIGHT, WIDTH, IS_B_GATHERED) \
  case HEIGHT: \
    gathered_tile(HEIGHT, WIDTH, IS_B_GATHERED, p, at); \
    break;
#define DEFINE_GATHERED_TILE(NAME, IS_B_GATHERED) \
  static __attribute__((noinline)) void NAME(int rows, int vectors, const gathered_product *p, \
                                             const gathered_place *at) { \
    (void)vectors; \
    TILES(IS_B_GATHERED) \
  }
DEFINE_GATHERED_TILE(gathered_tile_plain, 0)
DEFINE_GATHERED_TILE(gathered_tile_table, 1)

// One tile's column of a block: all its rows, in tiles of heights that differ by one at most.
static void multiply_gathered(const gathered_product *p, intptr_t column, int vectors) {
  const intptr_t panel = column / PANEL_WIDTH * PANEL_WIDTH, in_panel = column - panel;
  gathered_place at = {.bias = p->bias ? p->bias + column : 0};
  if (p->b_panel > 0) {
    at.b = p->b + panel / PANEL_WIDTH * p->b_panel + in_panel;
    at.b_row = panel_width(p->b_columns, panel);
    at.b_panel = p->b_panel;
  } else {
    at.b = p->b + column;
    at.b_row = p->b_columns;
    at.b_panel = PANEL_WIDTH;
  }
  at.b += p->b_first * at.b_row;
  if (p->c_panel > 0) {
    at.c = p->c + panel / PANEL_WIDTH * p->c_panel + in_panel;
    at.c_row = panel_width(p->c_columns, panel);
    at.c_panel = p->c_panel;
  } else {
    at.c = p->c + column;
    at.c_row = p->c_columns;
    at.c_panel = PANEL_WIDTH;
  }
  const intptr_t tiles = (p->rows + tile_rows(vectors) - 1) / tile_rows(vectors);
  for (intptr_t tile = 0, row = 0; tile < tiles; tile++) {
    const intptr_t height = (p->rows - row) / (tiles - tile);
    at.a_rows = p->a_rows + row;
    at.c_rows = p->c_rows + row;
    if (p->b_depth)
      gathered_tile_table((int)height, vectors, p, &at);
    else
      gathered_tile_plain((int)height, vectors, p, &at);
    row += height;
  }
}

// Column panels: see src/learning/plan/panel-layout.ts, which has the same arithmetic.
#pragma once
#include "vector.h"

enum { PANEL_WIDTH = 32 };

INLINE intptr_t panel_width(intptr_t columns, intptr_t panel_start) {
  intptr_t rest = columns - panel_start;
  return rest < PANEL_WIDTH ? rest : PANEL_WIDTH;
}

// First element of a panel in a matrix [rows, columns].
INLINE intptr_t panel_offset(intptr_t rows, intptr_t panel_start) { return panel_start * rows; }

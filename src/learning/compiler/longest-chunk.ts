/** Examples that a product sums over in one block (`LONGEST_BLOCK` in kernels/matmul.c): more are summed in several. */
export const longestChunk = 128;

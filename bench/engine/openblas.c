/* Times OpenBLAS for bench/engine.ts: the core it runs as, then for each line of input one line of seconds a call. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Of cblas.h, which the runtime package does not bring. */
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
extern void cblas_sgemm(int order, int transposeLeft, int transposeRight, int rows, int columns, int inner,
                        float alpha, const float *left, int leftStride, const float *right, int rightStride,
                        float beta, float *out, int outStride);
extern char *openblas_get_corename(void);

static float *numbers(size_t count) {
  float *made = malloc(count * sizeof(float));
  if (made == NULL) exit(1);
  for (size_t i = 0; i < count; i++) made[i] = (float)rand() / RAND_MAX - 0.5f;
  return made;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(void) {
  int rows, columns, inner, transposed, calls;
  printf("%s\n", openblas_get_corename());
  fflush(stdout);
  while (scanf("%d %d %d %d %d", &rows, &columns, &inner, &transposed, &calls) == 5) {
    float *left = numbers((size_t)rows * inner);
    float *right = numbers((size_t)inner * columns);
    float *out = numbers((size_t)rows * columns);
    double start = 0;
    /* The first call finds its memory and is not timed. */
    for (int call = -1; call < calls; call++) {
      if (call == 0) start = seconds();
      cblas_sgemm(ROW_MAJOR, PLAIN, transposed ? TRANSPOSED : PLAIN, rows, columns, inner, 1.0f, left, inner, right,
                  transposed ? inner : columns, 0.0f, out, columns);
    }
    printf("%.9f\n", (seconds() - start) / calls);
    fflush(stdout);
    free(left);
    free(right);
    free(out);
  }
  return 0;
}

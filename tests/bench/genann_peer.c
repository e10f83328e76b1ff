/* SPDX-License-Identifier: MIT
 *
 * Genann's side of peers.mjs: trains 784-32-10 one sample at a time, from fresh weights, for as many
 * seconds as each line on stdin says, and answers in JSON lines.
 * usage: genann_peer IMAGES LABELS COUNT (raw bytes of [N][28][28] and [N])
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "genann.h"

enum { kInputs = 784, kHidden = 32, kOutputs = 10, kStepsPerLook = 100 };
static const double kRate = 0.5;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static unsigned char* read_bytes(const char* path, size_t count) {
  unsigned char* bytes = malloc(count);
  FILE* file = fopen(path, "rb");
  if (!file || !bytes || fread(bytes, 1, count, file) != count) {
    fprintf(stderr, "%s does not hold %zu bytes\n", path, count);
    exit(1);
  }
  fclose(file);
  return bytes;
}

static void train(const double* images, const unsigned char* labels, long count, double seconds) {
  genann* network = genann_init(kInputs, 1, kHidden, kOutputs);
  double wanted[kOutputs] = {0};
  const double start = now();
  double elapsed = 0;
  long steps = 0;
  while (elapsed < seconds) {
    for (int i = 0; i < kStepsPerLook; ++i, ++steps) {
      const long sample = (steps * 7919) % count; /* a prime's stride for a shuffled order */
      wanted[labels[sample]] = 1;
      genann_train(network, images + sample * kInputs, wanted, kRate);
      wanted[labels[sample]] = 0;
    }
    elapsed = now() - start;
  }
  const double output = genann_run(network, images)[0];
  printf("{\"images\":%ld,\"seconds\":%.9f,\"loss\":%.9f}\n", steps, elapsed, output);
  fflush(stdout);
  genann_free(network);
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: genann_peer IMAGES LABELS COUNT\n");
    return 2;
  }
  const long count = atol(argv[3]);
  const size_t size = (size_t)count * kInputs;
  unsigned char* bytes = read_bytes(argv[1], size);
  unsigned char* labels = read_bytes(argv[2], (size_t)count);
  double* images = malloc(size * sizeof(double));
  if (!images) {
    return 1;
  }
  for (size_t i = 0; i < size; ++i) {
    images[i] = bytes[i] / 255.0;
  }
  double seconds;
  while (scanf("%lf", &seconds) == 1) {
    train(images, labels, count, seconds);
  }
  free(images);
  free(bytes);
  free(labels);
  return 0;
}

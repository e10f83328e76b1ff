/* SPDX-License-Identifier: MIT
 *
 * run_header IMAGES SCORES: runs an exported header over the images of a file and writes the scores and the class of each. HEADER,
 * NAME, INPUTS and CLASSES are given on the compiler's command line, and SCORE, the type of scores, where it is not float.
 */
#include HEADER

#include <stdio.h>

#ifndef SCORE
#define SCORE float
#endif

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

int main(int argc, char **argv) {
  static uint8_t pixels[INPUTS];
  SCORE scores[CLASSES];
  FILE *images = argc == 3 ? fopen(argv[1], "rb") : NULL;
  FILE *results = argc == 3 ? fopen(argv[2], "wb") : NULL;
  if (images == NULL || results == NULL) {
    return 1;
  }
  while (fread(pixels, 1, INPUTS, images) == INPUTS) {
    const SCORE label = (SCORE)OF(NAME, predict)(pixels, scores);
    fwrite(scores, sizeof(SCORE), CLASSES, results);
    fwrite(&label, sizeof(SCORE), 1, results);
  }
  fclose(images);
  return fclose(results) == 0 ? 0 : 1;
}

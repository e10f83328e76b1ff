/* SPDX-License-Identifier: MIT
 *
 * Runs an exported header over the images of images.h and prints class and scores of each, the latter as their bytes in hexadecimal.
 * HEADER, NAME, IMAGES and SCORE, the type of scores, are given on the compiler's command line.
 */
#include HEADER
#include IMAGES

#include <stdio.h>

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

int main(void) {
  static SCORE scores[OF(NAME, classes)];
  const unsigned char *bytes = (const unsigned char *)scores;
  unsigned i, k;
  for (i = 0; i < sizeof images / sizeof images[0]; ++i) {
    printf("%d ", OF(NAME, predict)(images[i], scores));
    for (k = 0; k < sizeof scores; ++k) {
      printf("%02x", bytes[k]);
    }
    printf("\n");
  }
  return 0;
}

/* SPDX-License-Identifier: MIT
 *
 * Runs an exported header over the images of images.h and prints class and scores of each, the latter as the bits of floats. HEADER, NAME
 * and IMAGES are given on the compiler's command line.
 */
#include HEADER
#include IMAGES

#include <stdio.h>
#include <string.h>

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

int main(void) {
  static float scores[OF(NAME, classes)];
  unsigned i, k;
  for (i = 0; i < sizeof images / sizeof images[0]; ++i) {
    printf("%d", OF(NAME, predict)(images[i], scores));
    for (k = 0; k < sizeof scores / sizeof scores[0]; ++k) {
      uint32_t bits;
      memcpy(&bits, &scores[k], sizeof bits);
      printf(" %08lx", (unsigned long)bits);
    }
    printf("\n");
  }
  return 0;
}

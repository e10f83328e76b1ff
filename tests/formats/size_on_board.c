/* SPDX-License-Identifier: MIT
 *
 * The smallest program around an exported header, for its flash and RAM; without HEADER the same program that predicts nothing, to be
 * subtracted. HEADER, NAME and SCORE, the type of scores, are given on the compiler's command line.
 */
#include <stdint.h>
#ifdef HEADER
#include HEADER
#endif

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

/* Not static: the compiler must not know their values. */
uint8_t pixels[784];
SCORE scores[10];
volatile int label;

int main(void) {
#ifdef HEADER
  label = OF(NAME, predict)(pixels, scores);
#else
  label = pixels[label] + (int)scores[label];
#endif
  return label;
}

/* SPDX-License-Identifier: MIT
 *
 * The smallest program around an exported header, for its flash and RAM; without HEADER the same program that predicts nothing, to be
 * subtracted. HEADER, NAME and SCORE, the type of scores, are given on the compiler's command line, and IN_PLACE where pixels are to lie
 * where the network takes them.
 */
#include <stdint.h>
#ifdef HEADER
#include HEADER
#endif

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

/* Not static: the compiler must not know their values. */
#ifndef IN_PLACE
uint8_t pixels[784];
#endif
SCORE scores[10];
volatile int label;

int main(void) {
#if defined(HEADER) && defined(IN_PLACE)
  label = OF(NAME, predict)(OF(NAME, pixels)(), scores);
#elif defined(HEADER)
  label = OF(NAME, predict)(pixels, scores);
#elif defined(IN_PLACE)
  label = (int)scores[label];
#else
  label = pixels[label] + (int)scores[label];
#endif
  return label;
}

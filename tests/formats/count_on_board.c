/* SPDX-License-Identifier: MIT
 *
 * Runs an exported header over the images of images.h and prints the instructions that one prediction takes, the mean of all. Time is that
 * of QEMU's -icount, which is one step for each instruction; a loop of known length says how many ticks of the SysTick timer a step is.
 * HEADER, NAME, IMAGES and SCORE, the type of scores, are given on the compiler's command line.
 */
#include HEADER
#include IMAGES

#include <stdio.h>

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

#define SYSTICK ((volatile uint32_t *)0xE000E010)
enum { kControl = 0, kReload = 1, kValue = 2, kOn = 7, kLast = 0xFFFFFF };

static volatile uint32_t wraps;

void arm_systick_isr(void);
void arm_systick_isr(void) { ++wraps; }

static uint64_t ticks(void) {
  uint32_t before, value;
  do {
    before = wraps;
    value = SYSTICK[kValue];
  } while (before != wraps);
  return ((uint64_t)before << 24) + (kLast - value);
}

/* Ticks of a million times two instructions. */
static uint64_t calibrate(void) {
  const uint64_t start = ticks();
  uint32_t count = 1000000;
  __asm__ volatile(".syntax unified\n1: subs %0, %0, #1\n\tbne 1b" : "+l"(count) : : "cc");
  return ticks() - start;
}

/* Volatile, so that the compiler moves no call. */
static int (*volatile predict)(const uint8_t *, SCORE *) = OF(NAME, predict);

int main(void) {
  static SCORE scores[OF(NAME, classes)];
  const unsigned count = sizeof images / sizeof images[0];
  uint64_t unit, start, taken;
  unsigned i;
  int sum = 0;
  SYSTICK[kReload] = kLast;
  SYSTICK[kValue] = 0;
  SYSTICK[kControl] = kOn;
  while (SYSTICK[kValue] == 0) {
  }
  unit = calibrate();
  start = ticks();
  for (i = 0; i < count; ++i) {
    sum += predict(images[i], scores);
  }
  taken = ticks() - start;
  printf("%lu %d\n", (unsigned long)(taken * 2000000 / unit / count), sum);
  return 0;
}

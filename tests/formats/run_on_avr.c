/* SPDX-License-Identifier: MIT
 *
 * Runs an exported header on an ATmega and prints, line by line through its serial port: class and scores of each image of images.h, the
 * latter as their bytes in hexadecimal; and at the end "stack", the bytes of the deepest stack, and "cycles", those of the last prediction.
 * Then it sleeps for good, which ends simavr. HEADER, NAME, IMAGES and SCORE, the type of scores, are given on the compiler's command line,
 * and IN_PLACE where pixels are to be written where the network takes them.
 */
#include HEADER
#include IMAGES

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#define JOIN(name, what) name##_##what
#define OF(name, what) JOIN(name, what)

enum { kUnused = 0xA5, kMargin = 16 };

static volatile uint16_t wraps;

ISR(TIMER1_OVF_vect) { ++wraps; }

static void put(char character) {
  while (!(UCSR0A & (1 << UDRE0))) {
  }
  UDR0 = (uint8_t)character;
}

static void put_text(const char *text) {
  while (*text) {
    put(*text++);
  }
}

static void put_number(uint32_t number) {
  char digits[10];
  uint8_t count = 0;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  while (count > 0) {
    put(digits[--count]);
  }
}

static void put_byte(uint8_t byte) {
  put("0123456789abcdef"[byte >> 4]);
  put("0123456789abcdef"[byte & 15]);
}

/* RAM from the end of what is static to the stack. */
extern uint8_t __heap_start[];

static void paint(void) {
  uint8_t *at = __heap_start;
  while (at < (uint8_t *)SP - kMargin) {
    *at++ = kUnused;
  }
}

/* Bytes from the lowest one that was written to the end of RAM: the deepest that the stack has been. */
static uint16_t stack_used(void) {
  const uint8_t *at = __heap_start;
  while (at < (uint8_t *)RAMEND && *at == kUnused) {
    ++at;
  }
  return (uint16_t)(RAMEND + 1 - (uint16_t)at);
}

static uint32_t cycles_until_now(void) {
  uint16_t low;
  uint32_t high;
  cli();
  low = TCNT1;
  high = wraps;
  if ((TIFR1 & (1 << TOV1)) && low < 0x8000) {
    ++high;
  }
  sei();
  return high << 16 | low;
}

int main(void) {
  const uint16_t size = sizeof images[0];
  static SCORE scores[OF(NAME, classes)];
#ifdef IN_PLACE
  uint8_t *const pixels = OF(NAME, pixels)();
#else
  static uint8_t pixels[OF(NAME, inputs)];
#endif
  const uint8_t *const bytes = (const uint8_t *)scores;
  uint32_t taken = 0;
  uint16_t i, k;
  UCSR0B = 1 << TXEN0;
  TIMSK1 = 1 << TOIE1;
  TCCR1B = 1 << CS10;
  sei();
  paint();
  for (i = 0; i < sizeof images / size; ++i) {
    int label;
    uint32_t start;
    for (k = 0; k < size; ++k) {
      pixels[k] = images[i][k];
    }
    start = cycles_until_now();
    label = OF(NAME, predict)(pixels, scores);
    taken = cycles_until_now() - start;
    put_number((uint32_t)label);
    put(' ');
    for (k = 0; k < sizeof scores; ++k) {
      put_byte(bytes[k]);
    }
    put('\n');
  }
  put_text("stack ");
  put_number(stack_used());
  put_text("\ncycles ");
  put_number(taken);
  put('\n');
  cli();
  sleep_mode();
  return 0;
}

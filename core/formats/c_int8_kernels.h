// SPDX-License-Identifier: MIT
// The functions of an exported int8 C header, of which it gets those that its network needs. '$'
// stands for the network's name. Images are [rows][columns][channels], weights
// [kernels][rows][columns][channels], so that a row of a window is one run of bytes in both.
#pragma once

#include <string_view>

namespace tinycnn::c_int8_kernels {

/// INTEGER: int16_t, or int32_t where that is too small; DILATION: its fields, where a network has
/// it.
inline constexpr std::string_view kWindow = R"(
/* A convolution or a pool: its input, kernel and output, [rows][columns][channels]; the max-pool of
   pool_rows x pool_columns outputs that follows it, of which out_height and out_width are the size;
   zero points of input and output, and the least output. */
typedef struct {
  INTEGER channels, height, width;
  INTEGER kernels, rows, columns;
  INTEGER stride_y, stride_x, pad_y, pad_x, groups;
  INTEGER pool_rows, pool_columns, pool_stride_y, pool_stride_x;
  INTEGER out_height, out_width;
  INTEGER zero, out_zero, min;
DILATION} $window;
)";

inline constexpr std::string_view kDilation = R"(  INTEGER dilation_y, dilation_x;
)";

/// UP: where a multiplier may be 1 or more.
inline constexpr std::string_view kMultiply = R"(
/* value * multiplier / 2^31 / 2^shift, rounded as TensorFlow Lite's reference kernels round: the
   product's ties upwards, the quotient's away from zero. */
static inline int32_t $multiply(int32_t value, int32_t multiplier, int shift) {
  uint32_t mask;
UP  value = (int32_t)(((int64_t)value * multiplier + ((int64_t)1 << 30)) >> 31);
  mask = ((uint32_t)1 << shift) - 1;
  return (value >> shift) + (((uint32_t)value & mask) > (mask >> 1) + (value < 0));
}
)";

inline constexpr std::string_view kUp = R"(  if (shift < 0) {
    const int64_t wide = (int64_t)value * ((int64_t)1 << -shift);
    value = wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
    shift = 0;
  }
)";

inline constexpr std::string_view kScaled = R"(
static inline int8_t $scaled(int32_t sum, int32_t multiplier, int shift, int zero, int min) {
  const int32_t value = $multiply(sum, multiplier, shift) + zero;
  return (int8_t)(value < min ? min : value > 127 ? 127 : value);
}
)";

/// Of one channel, whose pixels may be loaded where they lie. WHERE: in the arena.
inline constexpr std::string_view kPixels = R"(
/* Where $predict takes its image first: pixels that are written there take no memory of their own.
   Each prediction overwrites them. */
static inline uint8_t *$pixels(void) { return (uint8_t *)(WHERE); }
)";

/// PIXEL: the integer that *pixels is to the network.
inline constexpr std::string_view kLoad = R"(
/* Pixels as [rows][columns][channels], less the mean and in units of the input's scale. */
static inline void $load(const uint8_t *pixels, int8_t *out, int size, int channels) {
  int c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < size; ++i) {
      out[i * channels + c] = PIXEL;
      ++pixels;
    }
  }
}
)";

inline constexpr std::string_view kSums = R"(
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>
/* Adds four values, less their zero point, times four weights. */
#define $MULTIPLY_ADD(sum, even, odd, weights)                      \
  do {                                                              \
    uint32_t four_;                                                 \
    memcpy(&four_, weights, 4);                                     \
    sum = __smlad(even, __sxtb16((int8x4_t)four_), sum);            \
    sum = __smlad(odd, __sxtb16((int8x4_t)(four_ >> 8)), sum);      \
  } while (0)
#endif

/* Adds the products of `rows` runs of `count` values, less their zero point, with four kernels,
   which lie `size` bytes apart, to their biases; keeps the sums that exceed those in `best`. A run
   ends `in_gap` and `weight_gap` bytes before the next one begins. */
static inline void $sums(const int8_t *in, int in_gap, const $FLASH int8_t *weight,
                         int weight_gap, int size, int rows, int count, int zero,
                         const $FLASH int32_t *bias, int32_t *best) {
  int32_t a = bias[0], b = bias[1], c = bias[2], d = bias[3];
  const $FLASH int8_t *weight2 = weight + 2 * size;
#ifdef $MULTIPLY_ADD
  const int16x2_t zeros = (int16x2_t)((uint32_t)(-zero & 0xffff) * 0x10001u);
#endif
  for (; rows > 0; --rows) {
    const int8_t *end;
#ifdef $MULTIPLY_ADD
    end = in + (count & ~3);
    while (in != end) {
      uint32_t four;
      int16x2_t even, odd;
      memcpy(&four, in, 4);
      in += 4;
      even = __sxtab16(zeros, (int8x4_t)four);
      odd = __sxtab16(zeros, (int8x4_t)(four >> 8));
      $MULTIPLY_ADD(b, even, odd, weight + size);
      $MULTIPLY_ADD(a, even, odd, weight);
      weight += 4;
      $MULTIPLY_ADD(d, even, odd, weight2 + size);
      $MULTIPLY_ADD(c, even, odd, weight2);
      weight2 += 4;
    }
    end = in + (count & 3);
#else
    end = in + count;
#endif
    while (in != end) {
      const int x = *in++ - zero; /* times a weight it fits in 16 bits */
      b += x * weight[size];
      a += x * *weight++;
      d += x * weight2[size];
      c += x * *weight2++;
    }
    in += in_gap;
    weight += weight_gap;
    weight2 += weight_gap;
  }
  best[0] = a > best[0] ? a : best[0];
  best[1] = b > best[1] ? b : best[1];
  best[2] = c > best[2] ? c : best[2];
  best[3] = d > best[3] ? d : best[3];
}

/* Four kernels at a time: the last four may have been done in part. */
static inline int $first_of_four(int k, int kernels) {
  return kernels < 4 ? 0 : k + 4 > kernels ? kernels - 4 : k;
}
)";

inline constexpr std::string_view kConv2d = R"(
static inline void $conv2d(const int8_t *in, const $FLASH int8_t *weight,
                           const $FLASH int32_t *bias, const $FLASH int32_t *multiplier,
                           const $FLASH int8_t *shift, int8_t *out, const $FLASH $window *w) {
  const int run = w->columns * w->channels, size = w->rows * run, line = w->width * w->channels;
  int y, x, k, i, r, s;
  for (y = 0; y < w->out_height; ++y) {
    for (x = 0; x < w->out_width; ++x) {
      for (k = 0; k < w->kernels; k += 4) {
        const int first = $first_of_four(k, w->kernels);
        int32_t best[4] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
        for (r = 0; r < w->pool_rows; ++r) {
          for (s = 0; s < w->pool_columns; ++s) {
            const int top = (y * w->pool_stride_y + r) * w->stride_y - w->pad_y;
            const int left = (x * w->pool_stride_x + s) * w->stride_x - w->pad_x;
            const int row = top < 0 ? -top : 0, column = left < 0 ? -left : 0;
            const int row_end = top + w->rows > w->height ? w->height - top : w->rows;
            const int column_end = left + w->columns > w->width ? w->width - left : w->columns;
            const int count = (column_end - column) * w->channels;
            $sums(in + (top + row) * line + (left + column) * w->channels, line - count,
                  weight + first * size + row * run + column * w->channels, run - count, size,
                  count > 0 ? row_end - row : 0, count, w->zero, bias + first, best);
          }
        }
        for (i = 0; i < 4 && first + i < w->kernels; ++i) {
          out[first + i] = $scaled(best[i], multiplier[first + i], shift[first + i], w->out_zero,
                                   w->min);
        }
      }
      out += w->kernels;
    }
  }
}
)";

inline constexpr std::string_view kConv2dGroups = R"(
static inline void $conv2d_groups(const int8_t *in, const $FLASH int8_t *weight,
                                  const $FLASH int32_t *bias, const $FLASH int32_t *multiplier,
                                  const $FLASH int8_t *shift, int8_t *out,
                                  const $FLASH $window *w) {
  const int inputs = w->channels / w->groups, outputs = w->kernels / w->groups;
  int y, x, k, r, s, c;
  for (y = 0; y < w->out_height; ++y) {
    for (x = 0; x < w->out_width; ++x) {
      const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
      for (k = 0; k < w->kernels; ++k) {
        int32_t sum = bias[k];
        for (r = top < 0 ? -top : 0; r < w->rows && top + r < w->height; ++r) {
          for (s = left < 0 ? -left : 0; s < w->columns && left + s < w->width; ++s) {
            const int8_t *value = in + ((top + r) * w->width + left + s) * w->channels +
                                  k / outputs * inputs;
            const $FLASH int8_t *weights = weight + ((k * w->rows + r) * w->columns + s) * inputs;
            for (c = 0; c < inputs; ++c) {
              sum += (value[c] - w->zero) * weights[c];
            }
          }
        }
        *out++ = $scaled(sum, multiplier[k], shift[k], w->out_zero, w->min);
      }
    }
  }
}
)";

inline constexpr std::string_view kScaleAndShift = R"(
/* Batch norm: a weight and a bias for each channel. */
static inline void $scale_and_shift(const int8_t *in, const $FLASH int8_t *weight,
                                    const $FLASH int32_t *bias, const $FLASH int32_t *multiplier,
                                    const $FLASH int8_t *shift, int8_t *out, int pixels,
                                    int channels, int zero, int out_zero, int min) {
  int c;
  for (; pixels > 0; --pixels) {
    for (c = 0; c < channels; ++c) {
      const int32_t sum = bias[c] + (*in++ - zero) * weight[c];
      *out++ = $scaled(sum, multiplier[c], shift[c], out_zero, min);
    }
  }
}
)";

inline constexpr std::string_view kGlobalAverage = R"(
static inline void $global_avg_pool2d(const int8_t *in, int8_t *out, int pixels, int channels,
                                      int weight, int zero, int32_t multiplier, int shift,
                                      int out_zero, int min) {
  int c, i;
  for (c = 0; c < channels; ++c) {
    int32_t sum = 0;
    for (i = 0; i < pixels; ++i) {
      sum += in[i * channels + c] - zero;
    }
    out[c] = $scaled(sum * weight, multiplier, shift, out_zero, min);
  }
}
)";

inline constexpr std::string_view kLinear = R"(
static inline void $linear(const int8_t *in, const $FLASH int8_t *weight,
                           const $FLASH int32_t *bias, int32_t multiplier, int shift, int8_t *out,
                           int inputs, int outputs, int zero, int out_zero, int min) {
  int k, i;
  for (k = 0; k < outputs; k += 4) {
    const int first = $first_of_four(k, outputs);
    int32_t sums[4] = {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
    $sums(in, 0, weight + first * inputs, 0, inputs, 1, inputs, zero, bias + first, sums);
    for (i = 0; i < 4 && first + i < outputs; ++i) {
      out[first + i] = $scaled(sums[i], multiplier, shift, out_zero, min);
    }
  }
}
)";

/// BEGIN, STEP and END: of one window.
inline constexpr std::string_view kPool2d = R"(
static inline void $POOL(const int8_t *in, int8_t *out, const $FLASH $window *w) {
  int y, x, c, r, s;
  for (y = 0; y < w->out_height; ++y) {
    for (x = 0; x < w->out_width; ++x) {
      const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
      for (c = 0; c < w->channels; ++c) {
        int32_t value = BEGIN;
        for (r = top < 0 ? -top : 0; r < w->rows && top + r < w->height; ++r) {
          for (s = left < 0 ? -left : 0; s < w->columns && left + s < w->width; ++s) {
            const int32_t pixel = in[((top + r) * w->width + left + s) * w->channels + c];
            STEP
          }
        }
        *out++ = (int8_t)(END);
      }
    }
  }
}
)";

inline constexpr std::string_view kAverage = R"(
/* Rounded, ties away from zero. */
static inline int32_t $average(int32_t sum, int32_t count) {
  return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count;
}
)";

/// kConv2dGroups with dilation.
inline constexpr std::string_view kDilatedConv2dGroups = R"(
static inline void $conv2d_groups(const int8_t *in, const $FLASH int8_t *weight,
                                  const $FLASH int32_t *bias, const $FLASH int32_t *multiplier,
                                  const $FLASH int8_t *shift, int8_t *out,
                                  const $FLASH $window *w) {
  const int inputs = w->channels / w->groups, outputs = w->kernels / w->groups;
  int y, x, k, r, s, c;
  for (y = 0; y < w->out_height; ++y) {
    for (x = 0; x < w->out_width; ++x) {
      const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
      for (k = 0; k < w->kernels; ++k) {
        int32_t sum = bias[k];
        for (r = 0; r < w->rows; ++r) {
          const int row = top + r * w->dilation_y;
          for (s = 0; s < w->columns && row >= 0 && row < w->height; ++s) {
            const int column = left + s * w->dilation_x;
            const int count = column >= 0 && column < w->width ? inputs : 0;
            const int8_t *value = in + (row * w->width + column) * w->channels +
                                  k / outputs * inputs;
            const $FLASH int8_t *weights = weight + ((k * w->rows + r) * w->columns + s) * inputs;
            for (c = 0; c < count; ++c) {
              sum += (value[c] - w->zero) * weights[c];
            }
          }
        }
        *out++ = $scaled(sum, multiplier[k], shift[k], w->out_zero, w->min);
      }
    }
  }
}
)";

inline constexpr std::string_view kMultiplyValues = R"(
/* Maps times maps, or times vectors of their channels. */
static inline void $multiply_values(const int8_t *a, int a_is_map, int a_zero, const int8_t *b,
                                    int b_is_map, int b_zero, int8_t *out, int32_t multiplier,
                                    int shift, int zero, int min, int pixels, int channels) {
  int c, i;
  for (i = 0; i < pixels; ++i) {
    for (c = 0; c < channels; ++c) {
      const int x = a[a_is_map ? i * channels + c : c] - a_zero;
      const int y = b[b_is_map ? i * channels + c : c] - b_zero;
      *out++ = $scaled((int32_t)x * y, multiplier, shift, zero, min);
    }
  }
}
)";

inline constexpr std::string_view kZeroPad2d = R"(
static inline void $zero_pad2d(const int8_t *in, int8_t *out, int channels, int height, int width,
                               int left, int right, int top, int bottom, int zero) {
  int y, x, c;
  for (y = -top; y < height + bottom; ++y) {
    for (x = -left; x < width + right; ++x) {
      const int inside = y >= 0 && y < height && x >= 0 && x < width;
      for (c = 0; c < channels; ++c) {
        *out++ = inside ? *in++ : (int8_t)zero;
      }
    }
  }
}
)";

/// Of ReLU6, where 6 is below the largest integer.
inline constexpr std::string_view kLimit = R"(
static inline void $limit(int8_t *out, int count, int max) {
  int i;
  for (i = 0; i < count; ++i) {
    out[i] = out[i] > max ? (int8_t)max : out[i];
  }
}
)";

inline constexpr std::string_view kAdd = R"(
static inline void $add(const int8_t *a, int a_zero, int32_t a_multiplier, int a_shift,
                        const int8_t *b, int b_zero, int32_t b_multiplier, int b_shift,
                        int8_t *out, int32_t multiplier, int shift, int zero, int min,
                        int count) {
  const int32_t unit = (int32_t)1 << 20;
  int i;
  for (i = 0; i < count; ++i) {
    const int32_t sum = $multiply((a[i] - a_zero) * unit, a_multiplier, a_shift) +
                        $multiply((b[i] - b_zero) * unit, b_multiplier, b_shift);
    out[i] = $scaled(sum, multiplier, shift, zero, min);
  }
}
)";

inline constexpr std::string_view kConcat = R"(
/* One of the inputs of a concatenation, in the scale of the output; out: its first channel. */
static inline void $concat(const int8_t *in, int8_t *out, int pixels, int channels, int all,
                           int zero, int32_t multiplier, int shift, int out_zero) {
  int c;
  for (; pixels > 0; --pixels) {
    for (c = 0; c < channels; ++c) {
      out[c] = $scaled(*in++ - zero, multiplier, shift, out_zero, -128);
    }
    out += all;
  }
}
)";

inline constexpr std::string_view kLookUp = R"(
static inline void $look_up(const int8_t *in, int8_t *out, const $FLASH int8_t *table,
                            int count) {
  int i;
  for (i = 0; i < count; ++i) {
    out[i] = table[in[i] + 128];
  }
}
)";

inline constexpr std::string_view kChannelsFirst = R"(
/* [rows][columns][channels] to [channels][rows][columns]. */
static inline void $channels_first(const int8_t *in, int8_t *out, int pixels, int channels) {
  int c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < pixels; ++i) {
      *out++ = in[i * channels + c];
    }
  }
}
)";

}  // namespace tinycnn::c_int8_kernels

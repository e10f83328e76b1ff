// SPDX-License-Identifier: MIT
// The functions of an exported C header, of which it gets those that its network needs. '$' stands
// for the network's name.
#pragma once

#include <string_view>

namespace tinycnn::c_kernels {

/// DILATION: its fields, where a network has it.
inline constexpr std::string_view kWindow = R"(
/* A convolution or a pool: its input, kernel and output, [channels][rows][columns]. */
typedef struct {
  int channels, height, width;
  int kernels, rows, columns;
  int stride_y, stride_x, pad_y, pad_x, groups, relu;
  int out_height, out_width;
DILATION} $window;
)";

inline constexpr std::string_view kDilation = R"(  int dilation_y, dilation_x;
)";

inline constexpr std::string_view kNormalize = R"(
static inline void $normalize(const uint8_t *pixels, float *out, int count) {
  int i;
  for (i = 0; i < count; ++i) {
    out[i] = ((float)pixels[i] / 255.0f - $mean) / $std;
  }
}
)";

inline constexpr std::string_view kConv2dAt = R"(
/* One output of a convolution; in: the first channel of its group. */
static inline float $conv2d_at(const float *in, const $FLASH float *weight, float bias,
                               const $FLASH $window *w, int y, int x) {
  const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
  const int row_begin = top < 0 ? -top : 0, column_begin = left < 0 ? -left : 0;
  const int row_end = top + w->rows > w->height ? w->height - top : w->rows;
  const int column_end = left + w->columns > w->width ? w->width - left : w->columns;
  float sum = bias;
  int c, r, s;
  for (c = 0; c < w->channels / w->groups; ++c) {
    for (r = row_begin; r < row_end; ++r) {
      const float *pixels = in + (c * w->height + top + r) * w->width;
      const $FLASH float *weights = weight + (c * w->rows + r) * w->columns;
      for (s = column_begin; s < column_end; ++s) {
        sum += pixels[left + s] * weights[s];
      }
    }
  }
  return w->relu && sum < 0.0f ? 0.0f : sum;
}
)";

/// kConv2dAt with dilation.
inline constexpr std::string_view kDilatedConv2dAt = R"(
/* One output of a convolution; in: the first channel of its group. */
static inline float $conv2d_at(const float *in, const $FLASH float *weight, float bias,
                               const $FLASH $window *w, int y, int x) {
  const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
  float sum = bias;
  int c, r, s;
  for (c = 0; c < w->channels / w->groups; ++c) {
    for (r = 0; r < w->rows; ++r) {
      const int row = top + r * w->dilation_y;
      const float *pixels = in + (c * w->height + row) * w->width;
      for (s = 0; s < w->columns && row >= 0 && row < w->height; ++s) {
        const int column = left + s * w->dilation_x;
        if (column >= 0 && column < w->width) {
          sum += pixels[column] * weight[(c * w->rows + r) * w->columns + s];
        }
      }
    }
  }
  return w->relu && sum < 0.0f ? 0.0f : sum;
}
)";

inline constexpr std::string_view kZeroPad2d = R"(
static inline void $zero_pad2d(const float *in, float *out, int channels, int height, int width,
                               int left, int right, int top, int bottom) {
  int c, y, x;
  for (c = 0; c < channels; ++c) {
    for (y = -top; y < height + bottom; ++y) {
      for (x = -left; x < width + right; ++x) {
        const int inside = y >= 0 && y < height && x >= 0 && x < width;
        *out++ = inside ? *in++ : 0.0f;
      }
    }
  }
}
)";

inline constexpr std::string_view kConv2d = R"(
static inline void $conv2d(const float *in, const $FLASH float *weight, const $FLASH float *bias,
                           float *out, const $FLASH $window *w) {
  const int inputs = w->channels / w->groups, outputs = w->kernels / w->groups;
  int k, y, x;
  for (k = 0; k < w->kernels; ++k) {
    const float *group = in + k / outputs * inputs * w->height * w->width;
    for (y = 0; y < w->out_height; ++y) {
      for (x = 0; x < w->out_width; ++x) {
        *out++ = $conv2d_at(group, weight, bias[k], w, y, x);
      }
    }
    weight += inputs * w->rows * w->columns;
  }
}
)";

inline constexpr std::string_view kConv2dMaxPool2d = R"(
/* A convolution and the max-pool p after it, without memory for what lies between. */
static inline void $conv2d_max_pool2d(const float *in, const $FLASH float *weight,
                                      const $FLASH float *bias, float *out,
                                      const $FLASH $window *w, const $FLASH $window *p) {
  const int inputs = w->channels / w->groups, outputs = w->kernels / w->groups;
  int k, y, x, r, s;
  for (k = 0; k < w->kernels; ++k) {
    const float *group = in + k / outputs * inputs * w->height * w->width;
    for (y = 0; y < p->out_height; ++y) {
      for (x = 0; x < p->out_width; ++x) {
        const int top = y * p->stride_y, left = x * p->stride_x;
        float best = $conv2d_at(group, weight, bias[k], w, top, left);
        for (r = 0; r < p->rows; ++r) {
          for (s = 0; s < p->columns; ++s) {
            if (r > 0 || s > 0) {
              const float value = $conv2d_at(group, weight, bias[k], w, top + r, left + s);
              best = value > best ? value : best;
            }
          }
        }
        *out++ = best;
      }
    }
    weight += inputs * w->rows * w->columns;
  }
}
)";

inline constexpr std::string_view kLinear = R"(
static inline void $linear(const float *in, const $FLASH float *weight, const $FLASH float *bias,
                           float *out, int inputs, int outputs, int relu) {
  int i, k;
  for (k = 0; k < outputs; ++k) {
    float sum = bias[k];
    for (i = 0; i < inputs; ++i) {
      sum += in[i] * *weight++;
    }
    out[k] = relu && sum < 0.0f ? 0.0f : sum;
  }
}
)";

/// BEGIN, STEP and END: of one window.
inline constexpr std::string_view kPool2d = R"(
static inline void $POOL(const float *in, float *out, const $FLASH $window *w) {
  int c, y, x, r, s;
  for (c = 0; c < w->channels; ++c) {
    for (y = 0; y < w->out_height; ++y) {
      for (x = 0; x < w->out_width; ++x) {
        const int top = y * w->stride_y - w->pad_y, left = x * w->stride_x - w->pad_x;
        float value = BEGIN;
        for (r = top < 0 ? -top : 0; r < w->rows && top + r < w->height; ++r) {
          for (s = left < 0 ? -left : 0; s < w->columns && left + s < w->width; ++s) {
            const float pixel = in[(top + r) * w->width + left + s];
            STEP
          }
        }
        *out++ = END;
      }
    }
    in += w->height * w->width;
  }
}
)";

inline constexpr std::string_view kBatchNorm2d = R"(
static inline void $scale_and_shift(const float *in, const $FLASH float *scale,
                                    const $FLASH float *shift, float *out, int channels,
                                    int pixels, int relu) {
  int c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < pixels; ++i) {
      const float value = *in++ * scale[c] + shift[c];
      *out++ = relu && value < 0.0f ? 0.0f : value;
    }
  }
}
)";

inline constexpr std::string_view kAdd = R"(
static inline void $add(const float *a, const float *b, float *out, int count, int relu) {
  int i;
  for (i = 0; i < count; ++i) {
    const float sum = a[i] + b[i];
    out[i] = relu && sum < 0.0f ? 0.0f : sum;
  }
}
)";

inline constexpr std::string_view kMultiply = R"(
/* Maps times maps, or times vectors of their channels. */
static inline void $multiply(const float *a, int a_is_map, const float *b, int b_is_map, float *out,
                             int channels, int pixels) {
  int c, i;
  for (c = 0; c < channels; ++c) {
    for (i = 0; i < pixels; ++i) {
      const int at = c * pixels + i;
      out[at] = a[a_is_map ? at : c] * b[b_is_map ? at : c];
    }
  }
}
)";

/// VALUE: of x.
inline constexpr std::string_view kElementwise = R"(
static inline void $FUNCTION(const float *in, float *out, int count) {
  int i;
  for (i = 0; i < count; ++i) {
    const float x = in[i];
    out[i] = VALUE;
  }
}
)";

/// RESULT: of one value, from its distance to the largest, x, and the sum of the exponentials.
inline constexpr std::string_view kSoftmax = R"(
static inline void $FUNCTION(const float *in, float *out, int count) {
  float largest = in[0], sum = 0.0f;
  int i;
  for (i = 1; i < count; ++i) {
    largest = in[i] > largest ? in[i] : largest;
  }
  for (i = 0; i < count; ++i) {
    sum += expf(in[i] - largest);
  }
  for (i = 0; i < count; ++i) {
    const float x = in[i] - largest;
    out[i] = RESULT;
  }
}
)";

}  // namespace tinycnn::c_kernels

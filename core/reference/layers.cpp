// SPDX-License-Identifier: MIT
// Reference implementations of the kernels of layers.
#include <algorithm>
#include <cstddef>

#include "reference/reference.h"

namespace tinycnn::reference {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

float activate(Activation activation, float value) {
  return activation == Activation::kReLU && value < 0.0F ? 0.0F : value;
}

/// Sum of B lanes in a tree that halves their number: 8 to 4 to 2 to 1.
float sum_lanes(const float* lanes) {
  float sums[kLanes];
  std::copy_n(lanes, kLanes, sums);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int b = 0; b < width; ++b) {
      sums[b] = sums[b] + sums[b + width];
    }
  }
  return sums[0];
}

/// Index into [C][H][W][B].
std::size_t pixel(int c, int height, int y, int width, int x, int b) {
  return at(((c * height + y) * width + x) * kLanes + b);
}

}  // namespace

void conv2d_forward(const Conv2dShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, std::span<float> output) {
  const auto [R, S] = shape.kernel;
  for (int k = 0; k < shape.out_channels; ++k) {
    for (int y = 0; y < shape.out_height(); ++y) {
      for (int x = 0; x < shape.out_width(); ++x) {
        for (int b = 0; b < kLanes; ++b) {
          float sum = bias.empty() ? 0.0F : bias[at(k)];
          for (int c = 0; c < shape.in_channels; ++c) {
            for (int r = 0; r < R; ++r) {
              for (int s = 0; s < S; ++s) {
                const float w = weight[at(((k * shape.in_channels + c) * R + r) * S + s)];
                const float v = input[pixel(
                    c, shape.in_height, y * shape.stride.height + r * shape.dilation.height,
                    shape.in_width, x * shape.stride.width + s * shape.dilation.width, b)];
                sum = sum + w * v;
              }
            }
          }
          output[pixel(k, shape.out_height(), y, shape.out_width(), x, b)] =
              activate(activation, sum);
        }
      }
    }
  }
}

void conv2d_backward_input(const Conv2dShape& shape, const Shape& unpadded, const Size2d& padding,
                           std::span<const float> d_output, std::span<const float> weight,
                           std::span<float> d_input) {
  const auto [R, S] = shape.kernel;
  for (int c = 0; c < unpadded.channels; ++c) {
    for (int y = 0; y < unpadded.height; ++y) {
      for (int x = 0; x < unpadded.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          float sum = 0.0F;
          // From the last tap to the first, so that output pixels come in ascending order.
          for (int k = 0; k < shape.out_channels; ++k) {
            for (int r = R - 1; r >= 0; --r) {
              for (int s = S - 1; s >= 0; --s) {
                const int from_y = y + padding.height - r * shape.dilation.height;
                const int from_x = x + padding.width - s * shape.dilation.width;
                const int oy = from_y / shape.stride.height;
                const int ox = from_x / shape.stride.width;
                if (from_y < 0 || from_x < 0 || from_y % shape.stride.height != 0 ||
                    from_x % shape.stride.width != 0 || oy >= shape.out_height() ||
                    ox >= shape.out_width()) {
                  continue;
                }
                sum =
                    sum + weight[at(((k * unpadded.channels + c) * R + r) * S + s)] *
                              d_output[pixel(k, shape.out_height(), oy, shape.out_width(), ox, b)];
              }
            }
          }
          d_input[pixel(c, unpadded.height, y, unpadded.width, x, b)] = sum;
        }
      }
    }
  }
}

void conv2d_backward_weight(const Conv2dShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_weight,
                            std::span<float> d_bias) {
  const auto [R, S] = shape.kernel;
  for (int k = 0; k < shape.out_channels; ++k) {
    for (int tap = 0; tap < shape.taps(); ++tap) {
      const int s = tap % S * shape.dilation.width;
      const int r = tap / S % R * shape.dilation.height;
      const int c = tap / (S * R);
      float lanes[kLanes] = {};
      for (int y = 0; y < shape.out_height(); ++y) {
        for (int x = 0; x < shape.out_width(); ++x) {
          for (int b = 0; b < kLanes; ++b) {
            lanes[b] =
                lanes[b] + d_output[pixel(k, shape.out_height(), y, shape.out_width(), x, b)] *
                               input[pixel(c, shape.in_height, y * shape.stride.height + r,
                                           shape.in_width, x * shape.stride.width + s, b)];
          }
        }
      }
      d_weight[at(k * shape.taps() + tap)] += sum_lanes(lanes);
    }
    if (!d_bias.empty()) {
      float lanes[kLanes] = {};
      for (int p = 0; p < shape.out_height() * shape.out_width(); ++p) {
        for (int b = 0; b < kLanes; ++b) {
          lanes[b] = lanes[b] +
                     d_output[at((k * shape.out_height() * shape.out_width() + p) * kLanes + b)];
        }
      }
      d_bias[at(k)] += sum_lanes(lanes);
    }
  }
}

void linear_forward(const LinearShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, std::span<float> output) {
  for (int o = 0; o < shape.out_features; ++o) {
    for (int b = 0; b < kLanes; ++b) {
      float sum = bias.empty() ? 0.0F : bias[at(o)];
      for (int i = 0; i < shape.in_features; ++i) {
        sum = sum + weight[at(o * shape.in_features + i)] * input[at(i * kLanes + b)];
      }
      output[at(o * kLanes + b)] = activate(activation, sum);
    }
  }
}

void linear_backward_input(const LinearShape& shape, std::span<const float> d_output,
                           std::span<const float> weight, std::span<float> d_input) {
  for (int i = 0; i < shape.in_features; ++i) {
    for (int b = 0; b < kLanes; ++b) {
      float sum = 0.0F;
      for (int o = 0; o < shape.out_features; ++o) {
        sum = sum + weight[at(o * shape.in_features + i)] * d_output[at(o * kLanes + b)];
      }
      d_input[at(i * kLanes + b)] = sum;
    }
  }
}

void linear_backward_weight(const LinearShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_weight,
                            std::span<float> d_bias) {
  for (int o = 0; o < shape.out_features; ++o) {
    for (int i = 0; i < shape.in_features; ++i) {
      float sum = d_weight[at(o * shape.in_features + i)];
      for (int b = 0; b < kLanes; ++b) {
        sum = sum + d_output[at(o * kLanes + b)] * input[at(i * kLanes + b)];
      }
      d_weight[at(o * shape.in_features + i)] = sum;
    }
    if (!d_bias.empty()) {
      d_bias[at(o)] += sum_lanes(d_output.data() + at(o * kLanes));
    }
  }
}

void relu_forward(std::span<const float> input, std::span<float> output) {
  for (std::size_t i = 0; i < input.size(); ++i) {
    output[i] = activate(Activation::kReLU, input[i]);
  }
}

void relu_backward(std::span<const float> output, std::span<const float> d_output,
                   std::span<float> d_input) {
  for (std::size_t i = 0; i < output.size(); ++i) {
    d_input[i] = output[i] > 0.0F ? d_output[i] : 0.0F;
  }
}

void max_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        Activation activation, std::span<float> output, std::span<float> winner) {
  const Shape out = shape.output();
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          const std::size_t to = pixel(c, out.height, y, out.width, x, b);
          for (int tap = 0; tap < shape.kernel.height * shape.kernel.width; ++tap) {
            const float value = input[pixel(
                c, shape.input.height, y * shape.stride.height + tap / shape.kernel.width,
                shape.input.width, x * shape.stride.width + tap % shape.kernel.width, b)];
            if (tap == 0 || value > output[to] || value != value) {
              output[to] = value;
              winner[to] = static_cast<float>(tap);
            }
          }
          if (activation == Activation::kReLU && output[to] < 0.0F) {
            output[to] = 0.0F;
          }
        }
      }
    }
  }
}

void max_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<const float> winner, std::span<float> d_input) {
  const Shape out = shape.output();
  std::ranges::fill(d_input, 0.0F);
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          const std::size_t from = pixel(c, out.height, y, out.width, x, b);
          const int tap = static_cast<int>(winner[from]);
          d_input[pixel(c, shape.input.height, y * shape.stride.height + tap / shape.kernel.width,
                        shape.input.width, x * shape.stride.width + tap % shape.kernel.width, b)] +=
              d_output[from];
        }
      }
    }
  }
}

void avg_pool2d_forward(const Pool2dShape& shape, std::span<const float> input,
                        std::span<float> output) {
  const Shape out = shape.output();
  const auto [R, S] = shape.kernel;
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          float sum = 0.0F;
          for (int tap = 0; tap < R * S; ++tap) {
            sum = sum + input[pixel(c, shape.input.height, y * shape.stride.height + tap / S,
                                    shape.input.width, x * shape.stride.width + tap % S, b)];
          }
          output[pixel(c, out.height, y, out.width, x, b)] = sum / static_cast<float>(R * S);
        }
      }
    }
  }
}

void avg_pool2d_backward(const Pool2dShape& shape, std::span<const float> d_output,
                         std::span<float> d_input) {
  const Shape out = shape.output();
  const auto [R, S] = shape.kernel;
  std::ranges::fill(d_input, 0.0F);
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          const float d =
              d_output[pixel(c, out.height, y, out.width, x, b)] / static_cast<float>(R * S);
          for (int tap = 0; tap < R * S; ++tap) {
            d_input[pixel(c, shape.input.height, y * shape.stride.height + tap / S,
                          shape.input.width, x * shape.stride.width + tap % S, b)] += d;
          }
        }
      }
    }
  }
}

void pad(const Shape& shape, const Sides2d& sides, float value, std::span<const float> input,
         std::span<float> padded) {
  const int height = shape.height + sides.top + sides.bottom;
  const int width = shape.width + sides.left + sides.right;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int from_y = y - sides.top;
        const int from_x = x - sides.left;
        const bool inside =
            from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
        for (int b = 0; b < kLanes; ++b) {
          padded[pixel(c, height, y, width, x, b)] =
              inside ? input[pixel(c, shape.height, from_y, shape.width, from_x, b)] : value;
        }
      }
    }
  }
}

void crop(const Shape& shape, const Sides2d& sides, std::span<const float> padded,
          std::span<float> output) {
  const int height = shape.height + sides.top + sides.bottom;
  const int width = shape.width + sides.left + sides.right;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        for (int b = 0; b < kLanes; ++b) {
          output[pixel(c, shape.height, y, shape.width, x, b)] =
              padded[pixel(c, height, y + sides.top, width, x + sides.left, b)];
        }
      }
    }
  }
}

}  // namespace tinycnn::reference

// SPDX-License-Identifier: MIT
#include "reference/winograd.h"

#include <algorithm>
#include <cstddef>

namespace tinycnn::reference {
namespace {

/// Where a term of the convolution reads and writes, as indices into the flat arrays.
struct Term {
  std::size_t input = 0;
  std::size_t weight = 0;
  std::size_t output = 0;
};

std::size_t pixel(int c, int height, int y, int width, int x, int b) {
  return static_cast<std::size_t>(((c * height + y) * width + x) * kLanes + b);
}

/// Calls visit for every product that the convolution sums, except those with the padding.
template <class Visit>
void for_terms(const WinogradShape& shape, const Visit& visit) {
  const auto [channels, height, width] = shape.input;
  const int taps = shape.kernel * shape.kernel;
  for (int k = 0; k < shape.out_channels; ++k) {
    for (int c = 0; c < channels; ++c) {
      for (int tap = 0; tap < taps; ++tap) {
        for (int y = 0; y < shape.out_height(); ++y) {
          for (int x = 0; x < shape.out_width(); ++x) {
            const int in_y = y + tap / shape.kernel - shape.padding.height;
            const int in_x = x + tap % shape.kernel - shape.padding.width;
            if (in_y < 0 || in_y >= height || in_x < 0 || in_x >= width) {
              continue;
            }
            for (int b = 0; b < kLanes; ++b) {
              visit(Term{pixel(c, height, in_y, width, in_x, b),
                         static_cast<std::size_t>((k * channels + c) * taps + tap),
                         pixel(k, shape.out_height(), y, shape.out_width(), x, b)});
            }
          }
        }
      }
    }
  }
}

}  // namespace

void winograd_forward(const WinogradShape& shape, std::span<const float> input,
                      std::span<const float> weight, std::span<const float> bias,
                      std::span<double> output) {
  const std::size_t plane = output.size() / static_cast<std::size_t>(shape.out_channels);
  for (std::size_t i = 0; i < output.size(); ++i) {
    output[i] = bias.empty() ? 0.0 : bias[i / plane];
  }
  for_terms(shape, [&](const Term& at) {
    output[at.output] += double{input[at.input]} * double{weight[at.weight]};
  });
}

void winograd_backward_input(const WinogradShape& shape, std::span<const float> d_output,
                             std::span<const float> weight, std::span<double> d_input) {
  std::ranges::fill(d_input, 0.0);
  for_terms(shape, [&](const Term& at) {
    d_input[at.input] += double{d_output[at.output]} * double{weight[at.weight]};
  });
}

void winograd_backward_weight(const WinogradShape& shape, std::span<const float> input,
                              std::span<const float> d_output, std::span<double> d_weight,
                              std::span<double> d_bias) {
  std::ranges::fill(d_weight, 0.0);
  for_terms(shape, [&](const Term& at) {
    d_weight[at.weight] += double{d_output[at.output]} * double{input[at.input]};
  });
  std::ranges::fill(d_bias, 0.0);
  const std::size_t plane = d_output.size() / d_bias.size();
  for (std::size_t i = 0; i < d_output.size(); ++i) {
    d_bias[i / plane] += d_output[i];
  }
}

}  // namespace tinycnn::reference

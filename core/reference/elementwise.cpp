// SPDX-License-Identifier: MIT
// Reference implementations of kernels that work element by element or class by class.
#include <cmath>
#include <cstddef>

#include "kernels/activation_functions.h"
#include "reference/normalizer.h"
#include "reference/reference.h"
#include "support/random.h"

namespace tinycnn::reference {
namespace {

/// Classes of lane b, in order: visit(index).
template <class Visit>
void for_classes(std::size_t size, std::size_t b, const Visit& visit) {
  for (std::size_t i = b; i < size; i += kLanes) {
    visit(i);
  }
}

}  // namespace

void activation_forward(kernels::ActivationType type, float negative_slope,
                        std::span<const float> input, std::span<float> output) {
  kernels::with_activation(type, negative_slope, [&](const auto& function) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      output[i] = function.value(input[i]);
    }
  });
}

void activation_backward(kernels::ActivationType type, float negative_slope,
                         std::span<const float> input, std::span<const float> d_output,
                         std::span<float> d_input) {
  kernels::with_activation(type, negative_slope, [&](const auto& function) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      d_input[i] = d_output[i] * function.derivative(input[i]);
    }
  });
}

void multiply_forward(int channels, std::span<const std::span<const float>> inputs,
                      std::span<float> output) {
  const std::size_t plane = output.size() / static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < output.size(); ++i) {
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      const bool is_map = inputs[j].size() == output.size();
      const float factor = inputs[j][is_map ? i : i / plane * kLanes + i % kLanes];
      output[i] = j == 0 ? factor : output[i] * factor;
    }
  }
}

void multiply_backward(int channels, std::span<const std::span<const float>> inputs,
                       std::size_t which, std::span<const float> d_output,
                       std::span<float> d_input) {
  const std::size_t plane = d_output.size() / static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < d_output.size(); ++i) {
    const std::size_t in_vector = i / plane * kLanes + i % kLanes;
    float d = d_output[i];
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      if (j != which) {
        d = d * inputs[j][inputs[j].size() == d_output.size() ? i : in_vector];
      }
    }
    if (d_input.size() == d_output.size()) {
      d_input[i] = d;
    } else {
      d_input[in_vector] = i % plane < kLanes ? d : d_input[in_vector] + d;
    }
  }
}

void fake_quantize_forward(float scale, int zero_point, std::span<const float> input,
                           std::span<float> output) {
  const auto low = static_cast<float>(-128 - zero_point);
  const auto high = static_cast<float>(127 - zero_point);
  for (std::size_t i = 0; i < input.size(); ++i) {
    const float integer = std::nearbyint(input[i] * (1.0F / scale)) + 0.0F;  // no negative zero
    output[i] = (integer < low ? low : integer > high ? high : integer) * scale;
  }
}

void fake_quantize_backward(float scale, int zero_point, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> d_input) {
  const auto low = static_cast<float>(-128 - zero_point);
  const auto high = static_cast<float>(127 - zero_point);
  for (std::size_t i = 0; i < input.size(); ++i) {
    const float integer = std::nearbyint(input[i] * (1.0F / scale));
    d_input[i] = integer >= low && integer <= high ? d_output[i] : 0.0F;
  }
}

void softmax_forward(std::span<const float> input, std::span<float> output) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    const Normalizer n = normalize(input, b);
    for_classes(input.size(), b, [&](std::size_t i) {
      output[i] = kernels::portable_exp(input[i] - n.largest) / n.sum;
    });
  }
}

void softmax_backward(std::span<const float> output, std::span<const float> d_output,
                      std::span<float> d_input) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    float sum = 0.0F;
    for_classes(output.size(), b, [&](std::size_t i) { sum = sum + output[i] * d_output[i]; });
    for_classes(output.size(), b,
                [&](std::size_t i) { d_input[i] = output[i] * (d_output[i] - sum); });
  }
}

void log_softmax_forward(std::span<const float> input, std::span<float> output) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    const Normalizer n = normalize(input, b);
    for_classes(input.size(), b, [&](std::size_t i) {
      output[i] = (input[i] - n.largest) - kernels::portable_log(n.sum);
    });
  }
}

void log_softmax_backward(std::span<const float> output, std::span<const float> d_output,
                          std::span<float> d_input) {
  for (std::size_t b = 0; b < kLanes; ++b) {
    float sum = 0.0F;
    for_classes(output.size(), b, [&](std::size_t i) { sum = sum + d_output[i]; });
    for_classes(output.size(), b, [&](std::size_t i) {
      d_input[i] = d_output[i] - kernels::portable_exp(output[i]) * sum;
    });
  }
}

void dropout_mask(const kernels::DropoutKey& key, float p, std::span<float> mask) {
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::size_t element = i / kLanes;
    const std::size_t sample = key.first_sample + i % kLanes;
    // Element e of a sample takes 16 bits of block e / 8 of the sample's Philox stream.
    const auto words = philox4x32_10(
        {static_cast<std::uint32_t>(element / 8), static_cast<std::uint32_t>(sample),
         static_cast<std::uint32_t>(key.step),
         static_cast<std::uint32_t>(Purpose::kDropout) + 256 * key.layer},
        {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
    const std::uint32_t word = words[element % 8 / 2];
    const std::uint32_t half = element % 2 == 0 ? word % 65536 : word / 65536;
    mask[i] =
        half < static_cast<std::uint32_t>(std::lround(p * 65536.0F)) ? 0.0F : 1.0F / (1.0F - p);
  }
}

void dropout_apply(std::span<const float> input, std::span<const float> mask, std::size_t repeat,
                   std::span<float> output) {
  for (std::size_t i = 0; i < input.size(); ++i) {
    output[i] = input[i] * mask[i / kLanes / repeat * kLanes + i % kLanes];
  }
}

}  // namespace tinycnn::reference

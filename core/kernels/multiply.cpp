// SPDX-License-Identifier: MIT
#include "kernels/multiply.h"

#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Calls use(channel's first float in a vector, float of the output) for every register.
template <class Use>
void for_registers(int channels, std::size_t size, const Use& use) {
  const std::size_t plane = size / static_cast<std::size_t>(channels);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    for (std::size_t i = 0; i < plane; i += kWidth) {
      use(c * kLanes + i % kLanes, c * plane + i);
    }
  }
}

/// Times all inputs but one.
Batch times_others(Batch value, std::span<const std::span<const float>> inputs, std::size_t which,
                   std::size_t size, std::size_t in_vector, std::size_t in_map) {
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    if (j != which) {
      value = value * load(&inputs[j][inputs[j].size() == size ? in_map : in_vector]);
    }
  }
  return value;
}

}  // namespace

void multiply_forward(int channels, std::span<const std::span<const float>> inputs,
                      std::span<float> output) noexcept {
  const std::size_t size = output.size();
  for_registers(channels, size, [&](std::size_t in_vector, std::size_t in_map) {
    const std::span<const float> first = inputs.front();
    const Batch value = load(&first[first.size() == size ? in_map : in_vector]);
    store(&output[in_map], times_others(value, inputs.subspan(1), kNone, size, in_vector, in_map));
  });
}

void multiply_backward(int channels, std::span<const std::span<const float>> inputs,
                       std::size_t which, std::span<const float> d_output,
                       std::span<float> d_input) noexcept {
  const std::size_t size = d_output.size();
  const bool is_map = d_input.size() == size;
  assert(is_map || d_input.size() == static_cast<std::size_t>(channels) * kLanes);
  for_registers(channels, size, [&](std::size_t in_vector, std::size_t in_map) {
    const Batch d = times_others(load(&d_output[in_map]), inputs, which, size, in_vector, in_map);
    if (is_map) {
      store(&d_input[in_map], d);
      return;
    }
    const bool is_first = in_map % (size / static_cast<std::size_t>(channels)) < kLanes;
    store(&d_input[in_vector], is_first ? d : load(&d_input[in_vector]) + d);
  });
}

}  // namespace tinycnn::kernels

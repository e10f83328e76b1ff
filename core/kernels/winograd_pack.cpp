// SPDX-License-Identifier: MIT
// The transform of the weights for F(4x4, 3x3), once per step, into the layout that winograd.cpp
// reads. In double, so that transformed weights are rounded once.
#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"
#include "kernels/winograd.h"
#include "kernels/winograd_tiles.h"

namespace tinycnn::kernels {
namespace {

using winograd::kA;
using winograd::kB;
using winograd::kChannelTile;
using winograd::kPositions;
using winograd::kTransformed;

/// G g
std::array<double, kTransformed> transform(double g0, double g1, double g2) {
  const double even_a = -2.0 / 3.0 * (g0 + 0.5 * g2);
  const double odd_a = -2.0 / 3.0 * kA * g1;
  const double even_b = 1.0 / 6.0 * (g0 + 2.0 * g2);
  const double odd_b = 1.0 / 6.0 * kB * g1;
  return {g0, even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, g2};
}

/// G g G^T
std::array<float, kPositions> transform_weight(const float* g) {
  const auto left = transform(g[0], g[3], g[6]);
  const auto middle = transform(g[1], g[4], g[7]);
  const auto right = transform(g[2], g[5], g[8]);
  std::array<float, kPositions> transformed{};
  auto to = transformed.begin();
  for (std::size_t i = 0; i < kTransformed; ++i) {
    for (const double value : transform(left[i], middle[i], right[i])) {
      *to++ = static_cast<float>(value);
    }
  }
  return transformed;
}

/// Transformed weights -> [36][Out/4][In][4]; at(out, in) points to the 3x3 weights of a pair of
/// channels.
template <class At>
void pack(int out_channels, int in_channels, float* packed, const At& at) {
  const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(out_channels) * in_channels;
  for_tiles<kChannelTile>(out_channels, [&]<class Channels>(Channels, int first) {
    for (int in = 0; in < in_channels; ++in) {
      for (int k = 0; k < Channels::value; ++k) {
        float* to = packed++;
        for (const float value : transform_weight(at(first + k, in))) {
          *to = value;
          to += plane;
        }
      }
    }
  });
}

}  // namespace

void winograd_pack_weight(const WinogradShape& shape, std::span<const float> weight,
                          std::span<float> packed) noexcept {
  assert(packed.size() == shape.packed_size());
  const int in_channels = shape.input.channels;
  pack(shape.out_channels, in_channels, packed.data(), [&](int k, int c) {
    return weight.data() + static_cast<std::ptrdiff_t>(k * in_channels + c) * 9;
  });
}

void winograd_pack_transposed_weight(const WinogradShape& shape, std::span<const float> weight,
                                     std::span<float> packed) noexcept {
  assert(packed.size() == shape.packed_size());
  const int in_channels = shape.input.channels;
  pack(in_channels, shape.out_channels, packed.data(), [&](int c, int k) {
    return weight.data() + static_cast<std::ptrdiff_t>(k * in_channels + c) * 9;
  });
}

}  // namespace tinycnn::kernels

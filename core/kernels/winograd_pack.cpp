// SPDX-License-Identifier: MIT
// The transform of the weights, once per step, into the layout that winograd.cpp
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
template <std::size_t Taps>
std::array<double, kTransformed> transform(const std::array<double, Taps>& g) {
  double even_a = g[0] + 0.5 * g[2];
  double odd_a = g[1];
  double even_b = g[0] + 2.0 * g[2];
  double odd_b = g[1];
  if constexpr (Taps == 5) {
    even_a += 0.25 * g[4];
    odd_a += 0.5 * g[3];
    even_b += 4.0 * g[4];
    odd_b += 2.0 * g[3];
  }
  even_a *= -2.0 / 3.0;
  odd_a *= -2.0 / 3.0 * kA;
  even_b *= 1.0 / 6.0;
  odd_b *= 1.0 / 6.0 * kB;
  return {g.front(), even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, g.back()};
}

/// G g G^T
template <std::size_t Taps>
std::array<float, kPositions> transform_weight(const float* g) {
  std::array<std::array<double, kTransformed>, Taps> columns{};
  for (std::size_t s = 0; s < Taps; ++s) {
    std::array<double, Taps> column{};
    for (std::size_t r = 0; r < Taps; ++r) {
      column[r] = g[Taps * r + s];
    }
    columns[s] = transform(column);
  }
  std::array<float, kPositions> transformed{};
  auto to = transformed.begin();
  for (std::size_t i = 0; i < kTransformed; ++i) {
    std::array<double, Taps> row{};
    for (std::size_t s = 0; s < Taps; ++s) {
      row[s] = columns[s][i];
    }
    for (const double value : transform(row)) {
      *to++ = static_cast<float>(value);
    }
  }
  return transformed;
}

/// Transformed weights -> [36][Out/4][In][4]; at(out, in) points to the weights of a pair of
/// channels.
template <std::size_t Taps, class At>
void pack(int out_channels, int in_channels, float* packed, const At& at) {
  const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(out_channels) * in_channels;
  for_tiles<kChannelTile>(out_channels, [&]<class Channels>(Channels, int first) {
    for (int in = 0; in < in_channels; ++in) {
      for (int k = 0; k < Channels::value; ++k) {
        float* to = packed++;
        for (const float value : transform_weight<Taps>(at(first + k, in))) {
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
  const int taps = shape.kernel * shape.kernel;
  const auto at = [&](int k, int c) {
    return weight.data() + static_cast<std::ptrdiff_t>(k * in_channels + c) * taps;
  };
  if (shape.kernel == 5) {
    pack<5>(shape.out_channels, in_channels, packed.data(), at);
  } else {
    pack<3>(shape.out_channels, in_channels, packed.data(), at);
  }
}

void winograd_pack_transposed_weight(const WinogradShape& shape, std::span<const float> weight,
                                     std::span<float> packed) noexcept {
  assert(shape.kernel == 3 && packed.size() == shape.packed_size());
  const int in_channels = shape.input.channels;
  pack<3>(in_channels, shape.out_channels, packed.data(), [&](int c, int k) {
    return weight.data() + static_cast<std::ptrdiff_t>(k * in_channels + c) * 9;
  });
}

}  // namespace tinycnn::kernels

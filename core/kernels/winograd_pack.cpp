// SPDX-License-Identifier: MIT
// The transform of the weights for F(2x2, 3x3), once per step, into the layout that winograd.cpp
// reads.
#include <array>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"
#include "kernels/winograd.h"
#include "kernels/winograd_tiles.h"

namespace tinycnn::kernels {
namespace {

using winograd::kChannelTile;
using winograd::kPositions;
using winograd::kTransformed;

/// G g G^T.
std::array<float, kPositions> transform_weight(const float* g) {
  float rows[kTransformed][3];
  for (int s = 0; s < 3; ++s) {
    const float outer = g[s] + g[6 + s];
    rows[0][s] = g[s];
    rows[1][s] = 0.5F * (outer + g[3 + s]);
    rows[2][s] = 0.5F * (outer - g[3 + s]);
    rows[3][s] = g[6 + s];
  }
  std::array<float, kPositions> transformed{};
  auto to = transformed.begin();
  for (const auto& row : rows) {
    const float outer = row[0] + row[2];
    *to++ = row[0];
    *to++ = 0.5F * (outer + row[1]);
    *to++ = 0.5F * (outer - row[1]);
    *to++ = row[2];
  }
  return transformed;
}

/// Transformed weights -> [16][Out/4][In][4]; at(out, in) points to the 3x3 weights of a pair of
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

// SPDX-License-Identifier: MIT
#include "reference/stroke.h"

#include <algorithm>
#include <cmath>

namespace tinycnn::reference {

using kernels::kInkSide;
using kernels::kInkStride;

void draw_segment(const kernels::InkSegment& segment, kernels::InkField& field) {
  const float u_x = segment.to_x - segment.from_x;
  const float u_y = segment.to_y - segment.from_y;
  const float square = u_x * u_x + u_y * u_y;
  const float inverse = square > 1e-12F ? 1.0F / square : 0.0F;
  for (std::size_t y = 0; y < kInkSide; ++y) {
    for (std::size_t x = 0; x < kInkSide; ++x) {
      const float v_x = static_cast<float>(x) + 0.5F - segment.from_x;
      const float v_y = static_cast<float>(y) + 0.5F - segment.from_y;
      const float t = std::clamp((v_x * u_x + v_y * u_y) * inverse, 0.0F, 1.0F);
      const float away_x = v_x - t * u_x;
      const float away_y = v_y - t * u_y;
      float& depth = field[y * kInkStride + x];
      depth = std::max(depth, segment.radius - std::sqrt(away_x * away_x + away_y * away_y));
    }
  }
}

void ink_to_grey(const kernels::InkField& field, float softness, std::span<std::uint8_t> out) {
  for (std::size_t y = 0; y < kInkSide; ++y) {
    for (std::size_t x = 0; x < kInkSide; ++x) {
      const float share = 0.5F + field[y * kInkStride + x] / softness;
      out[y * kInkSide + x] =
          static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(share, 0.0F, 1.0F)));
    }
  }
}

}  // namespace tinycnn::reference

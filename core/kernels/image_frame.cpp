// SPDX-License-Identifier: MIT
#include "kernels/image_frame.h"

#include <algorithm>

namespace tinycnn::kernels {

void frame_image(const ImageFrame& frame, std::span<const std::uint8_t> image,
                 std::span<std::uint8_t> framed) noexcept {
  std::ranges::fill(framed.first(frame.size()), std::uint8_t{0});
  for (std::size_t y = 0; y < frame.H; ++y) {
    std::copy_n(&image[y * frame.W], frame.W, &framed[(y + 1) * frame.stride() + 1]);
  }
}

}  // namespace tinycnn::kernels

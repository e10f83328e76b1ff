// SPDX-License-Identifier: MIT
// Looks up all lanes of a pixel one after another, so that whole registers are stored. A lane
// without a sample reads the pixels of another lane and a table of zeros.
#include "kernels/load_images.h"

#include <array>
#include <cstddef>
#include <utility>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr PixelTable kZeros{};

struct Lane {
  const std::uint8_t* pixels = nullptr;
  const float* table = nullptr;
};

template <std::size_t... B>
inline Batch look_up(const Lane* lanes, std::size_t pixel, std::index_sequence<B...> /*lanes*/) {
  return Batch(lanes[B].table[lanes[B].pixels[pixel]]...);
}

}  // namespace

void load_images(std::span<const std::uint8_t* const> samples, const PixelTable& table,
                 std::span<float> block) noexcept {
  std::array<Lane, kLanes> lanes{};
  for (std::size_t b = 0; b < kLanes && !samples.empty(); ++b) {
    lanes[b] =
        b < samples.size() ? Lane{samples[b], table.data()} : Lane{samples.front(), kZeros.data()};
  }
  const auto used = static_cast<std::size_t>(whole_registers(static_cast<int>(samples.size())));
  for (std::size_t group = 0; group < kLanes; group += kWidth) {
    for (std::size_t i = group; i < block.size(); i += kLanes) {
      store(&block[i], group < used ? look_up(&lanes[group], i / kLanes,
                                              std::make_index_sequence<std::size_t{kWidth}>{})
                                    : Batch(0.0F));
    }
  }
}

}  // namespace tinycnn::kernels

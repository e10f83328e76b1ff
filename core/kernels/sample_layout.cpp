// SPDX-License-Identifier: MIT
// Transposes 4x4 values at a time in registers: four channels of a pixel (of a single channel: four
// pixels) of four samples. Other loops stay loops: unrolled, they would be four times as long.
#include "kernels/sample_layout.h"

#include <algorithm>

#include "kernels/quad.h"
#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

/// The transposed matrix: `from` has rows that are from_step apart, `to` has one for each column.
[[gnu::noinline]] void transpose_into(const float* from, std::ptrdiff_t from_step, int rows,
                                      int columns, float* to, std::ptrdiff_t to_step) {
  constexpr int kSide = Quad::size;
  const int whole_rows = rows / kSide * kSide;
  const int whole_columns = columns / kSide * kSide;
  for (int y = 0; y < whole_rows; y += kSide) {
#pragma clang loop unroll(disable)
    for (int x = 0; x < whole_columns; x += kSide) {
      Quad square[kSide];
      for (int i = 0; i < kSide; ++i) {
        square[i] = load_quad(from + (y + i) * from_step + x);
      }
      transpose(square);
      for (int i = 0; i < kSide; ++i) {
        square[i].store_unaligned(to + (x + i) * to_step + y);
      }
    }
  }
  for (int y = 0; y < rows; ++y) {
#pragma clang loop unroll(disable)
    for (int x = y < whole_rows ? whole_columns : 0; x < columns; ++x) {
      to[x * to_step + y] = from[y * from_step + x];
    }
  }
}

/// Calls turn(offset in the block, its step, count, offset in a sample) for the channels of every
/// pixel or, of a single channel, for the pixels of every line.
template <class Turn>
void for_turns(const Shape& input, const Size2d& padding, const Turn& turn) {
  const std::ptrdiff_t line = std::ptrdiff_t{input.width} * kLanes;
  const std::ptrdiff_t plane = input.height * line;
  const std::ptrdiff_t sample_line =
      std::ptrdiff_t{input.width + 2 * padding.width} * input.channels;
  for (int y = 0; y < input.height; ++y) {
    const std::ptrdiff_t to =
        (y + padding.height) * sample_line + std::ptrdiff_t{padding.width} * input.channels;
    if (input.channels == 1) {
      turn(y * line, std::ptrdiff_t{kLanes}, input.width, to);
      continue;
    }
    for (int x = 0; x < input.width; ++x) {
      turn(y * line + std::ptrdiff_t{x} * kLanes, plane, input.channels,
           to + std::ptrdiff_t{x} * input.channels);
    }
  }
}

}  // namespace

void block_to_samples(const Shape& input, const Size2d& padding, std::span<const float> block,
                      std::span<float> samples, std::size_t sample_size) noexcept {
  if (padding != Size2d{}) {
    std::ranges::fill(samples, 0.0F);
  }
  const auto sample = static_cast<std::ptrdiff_t>(sample_size);
  for_turns(input, padding,
            [&](std::ptrdiff_t from, std::ptrdiff_t step, int count, std::ptrdiff_t to) {
              transpose_into(block.data() + from, step, count, kLanes, samples.data() + to, sample);
            });
}

void samples_to_block(const Shape& input, const Size2d& padding, std::span<const float> samples,
                      std::size_t sample_size, std::span<float> block) noexcept {
  const auto sample = static_cast<std::ptrdiff_t>(sample_size);
  for_turns(input, padding,
            [&](std::ptrdiff_t to, std::ptrdiff_t step, int count, std::ptrdiff_t from) {
              transpose_into(samples.data() + from, sample, kLanes, count, block.data() + to, step);
            });
}

}  // namespace tinycnn::kernels

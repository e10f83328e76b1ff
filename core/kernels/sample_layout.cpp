// SPDX-License-Identifier: MIT
// Transposes 4x4 values at a time in registers: four channels of a pixel (of a single channel: four
// pixels) of four samples. Other loops stay loops: unrolled, they would be four times as long.
#include "kernels/sample_layout.h"

#include <algorithm>

#include "kernels/quad.h"

namespace tinycnn::kernels {
namespace {

/// Four registers as the columns of a 4x4 matrix.
inline void transpose_quads(Quad (&rows)[4]) {
  const Quad a = xsimd::zip_lo(rows[0], rows[2]);
  const Quad b = xsimd::zip_hi(rows[0], rows[2]);
  const Quad c = xsimd::zip_lo(rows[1], rows[3]);
  const Quad d = xsimd::zip_hi(rows[1], rows[3]);
  rows[0] = xsimd::zip_lo(a, c);
  rows[1] = xsimd::zip_hi(a, c);
  rows[2] = xsimd::zip_lo(b, d);
  rows[3] = xsimd::zip_hi(b, d);
}

/// from [count][B], rows `from_step` apart -> to [B][count], rows `to_step` apart.
[[gnu::noinline]] void lanes_to_rows(const float* from, std::ptrdiff_t from_step, int count,
                                     float* to, std::ptrdiff_t to_step) {
  int i = 0;
  for (; i + 4 <= count; i += 4) {
#pragma clang loop unroll(disable)
    for (int lane = 0; lane < kLanes; lane += 4) {
      Quad quads[4];
      for (int j = 0; j < 4; ++j) {
        quads[j] = load_quad(from + (i + j) * from_step + lane);
      }
      transpose_quads(quads);
      for (int j = 0; j < 4; ++j) {
        quads[j].store_unaligned(to + (lane + j) * to_step + i);
      }
    }
  }
  for (; i < count; ++i) {
#pragma clang loop unroll(disable)
    for (int lane = 0; lane < kLanes; ++lane) {
      to[lane * to_step + i] = from[i * from_step + lane];
    }
  }
}

/// The inverse: from [B][count] -> to [count][B].
[[gnu::noinline]] void rows_to_lanes(const float* from, std::ptrdiff_t from_step, int count,
                                     float* to, std::ptrdiff_t to_step) {
  int i = 0;
  for (; i + 4 <= count; i += 4) {
#pragma clang loop unroll(disable)
    for (int lane = 0; lane < kLanes; lane += 4) {
      Quad quads[4];
      for (int j = 0; j < 4; ++j) {
        quads[j] = load_quad(from + (lane + j) * from_step + i);
      }
      transpose_quads(quads);
      for (int j = 0; j < 4; ++j) {
        quads[j].store_unaligned(to + (i + j) * to_step + lane);
      }
    }
  }
  for (; i < count; ++i) {
#pragma clang loop unroll(disable)
    for (int lane = 0; lane < kLanes; ++lane) {
      to[i * to_step + lane] = from[lane * from_step + i];
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
              lanes_to_rows(block.data() + from, step, count, samples.data() + to, sample);
            });
}

void samples_to_block(const Shape& input, const Size2d& padding, std::span<const float> samples,
                      std::size_t sample_size, std::span<float> block) noexcept {
  const auto sample = static_cast<std::ptrdiff_t>(sample_size);
  for_turns(input, padding,
            [&](std::ptrdiff_t to, std::ptrdiff_t step, int count, std::ptrdiff_t from) {
              rows_to_lanes(samples.data() + from, sample, count, block.data() + to, step);
            });
}

}  // namespace tinycnn::kernels

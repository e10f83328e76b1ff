// SPDX-License-Identifier: MIT
// Quarters are whole tiles, so that every tile is computed as in winograd_forward. Where the image
// ends before its quarters do, they read zeros and their outputs are dropped.
#include "kernels/winograd_single.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace tinycnn::kernels {
namespace {

constexpr int kQuarters = 4;

/// The convolution of a quarter: its input includes the padding and what it shares with others.
WinogradShape quarter_of(const WinogradShape& shape) {
  const auto outputs = [&](int tiles) { return (tiles + 1) / 2 * shape.tile(); };
  const int overlap = shape.kernel - 1;
  return {.input = {shape.input.channels, outputs(shape.tile_rows()) + overlap,
                    outputs(shape.tile_columns()) + overlap},
          .out_channels = shape.out_channels,
          .kernel = shape.kernel};
}

Shape output_of(const WinogradShape& shape) {
  return {shape.out_channels, shape.out_height(), shape.out_width()};
}

/// Calls step(quarter, image, count) for every part of a row that a plane of quarters shares with a
/// plane of the image: the index of its first value in both, and its pixels. Quarters are `step`
/// pixels apart; the first begins at `origin`.
template <class Step>
void for_rows(const Shape& quarter, const Shape& image, const Size2d& origin, const Size2d& step,
              const Step& copy_row) {
  for (int q = 0; q < kQuarters; ++q) {
    const int top = origin.height + q / 2 * step.height;
    const int left = origin.width + q % 2 * step.width;
    const int begin = std::max(0, -left);
    const int count = std::min(quarter.width, image.width - left) - begin;
    const int end = std::min(quarter.height, image.height - top);
    for (int y = std::max(0, -top); y < end && count > 0; ++y) {
      copy_row(std::ptrdiff_t{y * quarter.width + begin} * kLanes + q,
               std::ptrdiff_t{(top + y) * image.width + left + begin} * kLanes, count);
    }
  }
}

/// Copies one lane of `count` pixels.
void copy_lane(const float* from, int count, float* to) {
  for (std::ptrdiff_t i = 0; i < std::ptrdiff_t{count} * kLanes; i += kLanes) {
    to[i] = from[i];
  }
}

std::ptrdiff_t plane_size(const Shape& shape) {
  return std::ptrdiff_t{shape.height} * shape.width * kLanes;
}

}  // namespace

std::size_t winograd_single_scratch_size(const WinogradShape& shape) noexcept {
  const WinogradShape quarter = quarter_of(shape);
  const std::array<std::uint64_t, 3> sizes{quarter.input.block_size(),
                                           output_of(quarter).block_size(), quarter.scratch_size()};
  std::uint64_t total = 0;
  for (const std::uint64_t size : sizes) {
    total += std::min<std::uint64_t>(size, SIZE_MAX / sizes.size());
  }
  return static_cast<std::size_t>(total);
}

void winograd_forward_single(const WinogradShape& shape, std::span<const float> input,
                             std::span<const float> packed, std::span<const float> bias,
                             Activation activation, std::span<float> scratch,
                             std::span<float> output) noexcept {
  assert(scratch.size() >= winograd_single_scratch_size(shape));
  const WinogradShape quarter = quarter_of(shape);
  const Shape results = output_of(quarter);
  const Shape image = output_of(shape);
  const Size2d step{results.height, results.width};
  const auto from = scratch.first(quarter.input.block_size());
  const auto to = scratch.subspan(from.size(), results.block_size());
  std::ranges::fill(from, 0.0F);
  for (int c = 0; c < shape.input.channels; ++c) {
    const float* plane = input.data() + c * plane_size(shape.input);
    float* quarters = from.data() + c * plane_size(quarter.input);
    for_rows(quarter.input, shape.input, {-shape.padding.height, -shape.padding.width}, step,
             [&](std::ptrdiff_t q, std::ptrdiff_t pixel, int count) {
               copy_lane(plane + pixel, count, quarters + q);
             });
  }
  winograd_forward(quarter, from, packed, bias, activation,
                   scratch.subspan(from.size() + to.size()), to, kQuarters);
  for (int k = 0; k < shape.out_channels; ++k) {
    const float* quarters = to.data() + k * plane_size(results);
    float* plane = output.data() + k * plane_size(image);
    for_rows(results, image, {0, 0}, step, [&](std::ptrdiff_t q, std::ptrdiff_t pixel, int count) {
      copy_lane(quarters + q, count, plane + pixel);
    });
  }
}

}  // namespace tinycnn::kernels

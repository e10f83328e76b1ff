// SPDX-License-Identifier: MIT
// The loops of convolution and pooling over one image, [C][H][W], for floats and integers alike.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "tinycnn/shape.h"

namespace tinycnn {

struct Window {
  Size2d kernel_size{};
  Size2d stride{};
  Size2d padding{};
  Size2d dilation{1, 1};
};

/// The outputs first..end-1 along one side whose input pixel at `offset` of the kernel lies within
/// the image.
struct Range {
  int first = 0;
  int end = 0;
};
inline Range inside(int offset, int stride, int padding, int side, int outputs) {
  const int from = padding - offset;  // the least input position, times stride
  const int first = from <= 0 ? 0 : (from + stride - 1) / stride;
  const int last = side - 1 + from;
  return {first, last < 0 ? 0 : std::min(outputs, last / stride + 1)};
}

/// visit(output, input, count, stride) for every part of a row: `count` outputs from index
/// `output` on read the input from index `input` on, `stride` apart, at one place of the kernel,
/// (r, s).
/// Places outside the image are left out.
template <class Visit>
void for_rows(const Window& window, const Shape& in, const Shape& out, int r, int s,
              const Visit& visit) {
  r *= window.dilation.height;
  s *= window.dilation.width;
  const Range rows = inside(r, window.stride.height, window.padding.height, in.height, out.height);
  const Range columns = inside(s, window.stride.width, window.padding.width, in.width, out.width);
  if (columns.end <= columns.first) {
    return;
  }
  for (int y = rows.first; y < rows.end; ++y) {
    const int row = y * window.stride.height + r - window.padding.height;
    const int column = columns.first * window.stride.width + s - window.padding.width;
    visit(static_cast<std::size_t>(y) * static_cast<std::size_t>(out.width) +
              static_cast<std::size_t>(columns.first),
          static_cast<std::size_t>(row) * static_cast<std::size_t>(in.width) +
              static_cast<std::size_t>(column),
          static_cast<std::size_t>(columns.end - columns.first),
          static_cast<std::size_t>(window.stride.width));
  }
}

/// for_rows at every place of the kernel; visit(place, …) also gets the place's index.
template <class Visit>
void for_places(const Window& window, const Shape& in, const Shape& out, const Visit& visit) {
  std::size_t place = 0;
  for (int r = 0; r < window.kernel_size.height; ++r) {
    for (int s = 0; s < window.kernel_size.width; ++s, ++place) {
      for_rows(window, in, out, r, s, [&](auto... row) { visit(place, row...); });
    }
  }
}

/// sums[k] += the convolution of output channel k, [H][W]. weight: [K][C/groups][R][S].
template <class Value, class Weight, class Sum>
void add_convolution(const Window& window, int groups, const Shape& in, const Shape& out,
                     std::span<const Value> input, std::span<const Weight> weight, int k,
                     std::span<Sum> sums) {
  const int channels = in.channels / groups;
  const int first = k / (out.channels / groups) * channels;
  const auto pixels = static_cast<std::size_t>(in.height) * static_cast<std::size_t>(in.width);
  const std::size_t places = static_cast<std::size_t>(window.kernel_size.height) *
                             static_cast<std::size_t>(window.kernel_size.width);
  for (int c = 0; c < channels; ++c) {
    const Value* plane = input.data() + static_cast<std::size_t>(first + c) * pixels;
    const Weight* weights =
        weight.data() + (static_cast<std::size_t>(k) * static_cast<std::size_t>(channels) +
                         static_cast<std::size_t>(c)) *
                            places;
    for_places(window, in, out,
               [&](std::size_t place, std::size_t to, std::size_t from, std::size_t count,
                   std::size_t stride) {
                 const Weight factor = weights[place];
                 Sum* row = sums.data() + to;
                 const Value* values = plane + from;
                 if (stride == 1) {
                   for (std::size_t i = 0; i < count; ++i) {
                     row[i] += static_cast<Sum>(factor) * static_cast<Sum>(values[i]);
                   }
                 } else {
                   for (std::size_t i = 0; i < count; ++i) {
                     row[i] += static_cast<Sum>(factor) * static_cast<Sum>(values[i * stride]);
                   }
                 }
               });
  }
}

/// visit(output, element of a, element of b) for every element of a product, of which one may be a
/// vector of the other's channels.
template <class Visit>
void for_products(const Shape& out, std::size_t a, std::size_t b, const Visit& visit) {
  const std::size_t size = out.size();
  const std::size_t pixels = size / static_cast<std::size_t>(out.channels);
  for (std::size_t i = 0; i < size; ++i) {
    visit(i, a == size ? i : i / pixels, b == size ? i : i / pixels);
  }
}

/// [C][H][W] -> the same inside of `value` on every side.
template <class Value>
void pad_planes(const Sides2d& sides, const Shape& in, std::span<const Value> input, Value value,
                std::span<Value> output) {
  const auto width = static_cast<std::size_t>(in.width);
  const std::size_t wide = width + static_cast<std::size_t>(sides.left + sides.right);
  std::ranges::fill(output, value);
  auto to = output.begin();
  for (int c = 0; c < in.channels; ++c) {
    to += static_cast<std::ptrdiff_t>(wide) * sides.top;
    for (int y = 0; y < in.height; ++y) {
      std::ranges::copy(input.first(width), to + sides.left);
      input = input.subspan(width);
      to += static_cast<std::ptrdiff_t>(wide);
    }
    to += static_cast<std::ptrdiff_t>(wide) * sides.bottom;
  }
}

}  // namespace tinycnn

// SPDX-License-Identifier: MIT
#include "formats/onnx_windows.h"

#include <algorithm>

#include "support/text.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::onnx {
namespace {

constexpr std::size_t kSides = 2;

/// An attribute with `count` integers from `min` to the largest side of an image.
Sizes sides_of(const Node& node, std::string_view attribute, std::size_t count,
               std::int64_t otherwise, std::int64_t min) {
  Sizes sides = node.integers(attribute, {});
  if (sides.empty()) {
    sides.assign(count, otherwise);
  }
  if (sides.size() != count) {
    fail(where(node), "expected ", count, " ", attribute, " of an image, got ", sides.size());
  }
  for (const std::int64_t side : sides) {
    if (side < min || side > kMaxSide) {
      fail(where(node), "expected ", attribute, " from ", min, " to ", kMaxSide, ", got ", side);
    }
  }
  return sides;
}

/// The output has a pixel for every `stride` pixels of the input.
void pad_same(Window& window, std::int64_t size, bool upper) {
  const std::int64_t count = (size + window.stride - 1) / window.stride;
  const std::int64_t total =
      std::max<std::int64_t>((count - 1) * window.stride + window.extent() - size, 0);
  window.before = upper ? total / 2 : (total + 1) / 2;
  window.after = total - window.before;
}

void fit(const Node& node, Window& window, std::int64_t size) {
  if (window.extent() > size + window.before + window.after) {
    fail(where(node), "expected a kernel no larger than its input of ",
         size + window.before + window.after, " pixels (padding included), got ", window.extent());
  }
  if (node.integer("ceil_mode", 0) != 0) {
    // A last window that begins within the input or the padding before it, and ends beyond it.
    const std::int64_t rest =
        (size + window.before + window.after - window.extent()) % window.stride;
    const std::int64_t begin = window.count(size) * window.stride;
    if (rest > 0 && begin < size + window.before) {
      window.after += window.stride - rest;
    }
  }
  const std::int64_t used = (window.count(size) - 1) * window.stride + window.extent();
  window.after = std::max<std::int64_t>(used - size - window.before, 0);
}

}  // namespace

Windows windows_of(const Node& node, const Sizes& kernel, const Shape& input) {
  const Sizes strides = sides_of(node, "strides", kSides, 1, 1);
  const Sizes dilations = sides_of(node, "dilations", kSides, 1, 1);
  const Sizes pads = sides_of(node, "pads", 2 * kSides, 0, 0);
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  const std::array<std::int64_t, kSides> sizes{input.height, input.width};
  Windows windows;
  for (std::size_t i = 0; i < kSides; ++i) {
    if (kernel.size() != kSides || kernel[i] < 1 || kernel[i] > kMaxSide) {
      fail(where(node), "expected a kernel of two sides up to ", kMaxSide, ", got another");
    }
    windows[i] = {.kernel = kernel[i],
                  .stride = strides[i],
                  .dilation = dilations[i],
                  .before = pads[i],
                  .after = pads[i + kSides]};
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
      pad_same(windows[i], sizes[i], auto_pad == "SAME_UPPER");
    } else if (auto_pad == "VALID") {
      windows[i].before = 0;
      windows[i].after = 0;
    } else if (auto_pad != "NOTSET" && !auto_pad.empty()) {
      fail(where(node), "expected auto_pad to be NOTSET, VALID, SAME_UPPER or SAME_LOWER, got '",
           auto_pad, "'");
    }
    fit(node, windows[i], sizes[i]);
  }
  return windows;
}

bool Window::is_even(std::int64_t size) const {
  Window same = *this;
  same.after = before;
  return same.extent() <= size + 2 * before && same.count(size) == count(size);
}

}  // namespace tinycnn::onnx

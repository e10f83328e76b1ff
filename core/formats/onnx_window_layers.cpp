// SPDX-License-Identifier: MIT
// The nodes of an ONNX graph that slide a window over an image: convolution, pooling and padding.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

#include "formats/onnx_constants.h"
#include "formats/onnx_inputs.h"
#include "formats/onnx_lowering.h"
#include "formats/onnx_windows.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

/// Kernels may grow by zeros to this many times their weights.
constexpr std::int64_t kMaxGrowth = 64;

/// [outputs, channels, kernel height, kernel width] with each kernel inside a larger one.
std::vector<float> grown(const std::vector<float>& weight, const Windows& windows,
                         const std::array<Embedding, 2>& larger) {
  const auto at = [](std::int64_t value) { return static_cast<std::size_t>(value); };
  const std::size_t small = at(windows[0].kernel * windows[1].kernel);
  const std::size_t large = at(larger[0].kernel * larger[1].kernel);
  std::vector<float> result(weight.size() / small * large, 0.0F);
  for (std::size_t kernel = 0; kernel < weight.size() / small; ++kernel) {
    for (std::int64_t r = 0; r < windows[0].kernel; ++r) {
      for (std::int64_t s = 0; s < windows[1].kernel; ++s) {
        const std::int64_t row = larger[0].first + r * windows[0].dilation;
        const std::int64_t column = larger[1].first + s * windows[1].dilation;
        result[kernel * large + at(row * larger[1].kernel + column)] =
            weight[kernel * small + at(r * windows[1].kernel + s)];
      }
    }
  }
  return result;
}

Size2d size_of(std::int64_t height, std::int64_t width) {
  return {static_cast<int>(height), static_cast<int>(width)};
}

}  // namespace

Value Lowering::lower_conv(const Node& node, const std::vector<Value>& inputs) {
  Value value = image(node, input_of(node, inputs, 0));
  const Shape& shape = network_.shape(value.layer);
  const Sizes& dims = constant_of(node, inputs, 1).dims;
  if (dims.size() != 4) {
    refuse(node, "a convolution of images", concat("one with a weight of ", dims.size(), " axes"));
  }
  const std::size_t count = constant_of(node, inputs, 1).size();
  std::vector<float> weight = reals_of(node, inputs, 1, count);
  const std::int64_t group = node.integer("group", 1);
  if (group < 1 || count == 0 || group > shape.channels || dims[1] * group != shape.channels ||
      dims[0] > kMaxChannels) {
    refuse(node, concat("a weight for ", shape.channels, " channels in ", group, " groups"),
           concat("one for ", dims[1]));
  }
  const Windows windows = windows_of(node, {dims[2], dims[3]}, shape);
  const std::array larger{Embedding(windows[0], shape.height), Embedding(windows[1], shape.width)};
  const std::int64_t grows = larger[0].kernel * larger[1].kernel;
  if (grows > kMaxGrowth * dims[2] * dims[3] || grows > kMaxSide * kMaxSide ||
      dims[0] * dims[1] * grows > kMaxParameters) {
    refuse(node,
           concat("dilations and pads that a kernel of up to ", kMaxGrowth,
                  " times the size can express"),
           concat(larger[0].kernel, "x", larger[1].kernel));
  }
  if (grows != dims[2] * dims[3]) {
    weight = grown(weight, windows, larger);
    notes_.push_back(concat(title(node),
                            ": dilation or uneven padding became zeros in a kernel of ",
                            larger[0].kernel, "x", larger[1].kernel, "."));
  }
  const bool bias = node.has_input(2);
  LayerWeights weights{.weight = std::move(weight)};
  if (bias) {
    weights.bias = reals_of(node, inputs, 2, static_cast<std::size_t>(dims[0]));
  }
  value.layer = network_.add({.name = name_of(node, node.inputs[1]),
                              .type = LayerType::kConv2d,
                              .out_channels = static_cast<int>(dims[0]),
                              .kernel_size = size_of(larger[0].kernel, larger[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = size_of(larger[0].padding, larger[1].padding),
                              .groups = static_cast<int>(group),
                              .bias = bias},
                             {value.layer}, std::move(weights));
  value.view = View(network_.shape(value.layer));
  return value;
}

int Lowering::padded(const Node& node, int layer, const Sizes& pads) {
  const auto [top, left, bottom, right] = std::tuple(pads[0], pads[1], pads[2], pads[3]);
  const Shape& shape = network_.shape(layer);
  const std::int64_t height = 1 + std::abs(top - bottom);
  const std::int64_t width = 1 + std::abs(left - right);
  const std::int64_t up = std::max(top, bottom);
  const std::int64_t aside = std::max(left, right);
  if (height * width * shape.channels > kMaxSide * kMaxGrowth) {
    refuse(node, "smaller pads", "some that the engine cannot express");
  }
  const auto kernel = static_cast<std::size_t>(height * width);
  std::vector<float> weight(kernel * static_cast<std::size_t>(shape.channels), 0.0F);
  for (auto at = static_cast<std::size_t>((up - top) * width + aside - left); at < weight.size();
       at += kernel) {
    weight[at] = 1.0F;
  }
  notes_.push_back(concat(title(node), ": its pads became a convolution that copies."));
  return network_.add({.name = "pad",
                       .type = LayerType::kConv2d,
                       .out_channels = shape.channels,
                       .kernel_size = size_of(height, width),
                       .padding = size_of(up, aside),
                       .groups = shape.channels,
                       .bias = false,
                       .frozen = true},
                      {layer}, {.weight = std::move(weight)});
}

Value Lowering::lower_max_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  const Windows windows = windows_of(node, node.integers("kernel_shape", {}), shape);
  const std::array<std::int64_t, 2> sides{shape.height, shape.width};
  bool is_even = true;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].dilation != 1) {
      refuse(node, "a pooling without dilation", "one with it");
    }
    is_even &= Embedding(windows[i], sides[i]).kernel == windows[i].kernel &&
               windows[i].before <= windows[i].kernel / 2;
  }
  Size2d padding = size_of(windows[0].before, windows[1].before);
  if (!is_even) {
    if (!network_.is_nonnegative(value.layer)) {
      refuse(node, "the same padding on both sides, or an input that is never negative",
             "uneven padding behind no ReLU");
    }
    value.layer =
        padded(node, value.layer,
               {windows[0].before, windows[1].before, windows[0].after, windows[1].after});
    padding = {};
  }
  value.layer = network_.add({.name = name_of(node),
                              .type = LayerType::kMaxPool2d,
                              .kernel_size = size_of(windows[0].kernel, windows[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = padding},
                             {value.layer});
  value.view = View(network_.shape(value.layer));
  return value;
}

Value Lowering::lower_avg_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  const Windows windows = windows_of(node, node.integers("kernel_shape", {}), shape);
  const Sizes pads = node.integers("pads", {0, 0, 0, 0});
  const std::array<std::int64_t, 2> sides{shape.height, shape.width};
  const bool counts = node.integer("count_include_pad", 0) != 0;
  bool is_even = true;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto& [kernel, stride, dilation, before, after] = windows[i];
    const bool is_padded = before > 0 || after > 0;
    const bool is_extended = pads.size() == 4 && after > pads[i + 2];
    if (dilation != 1 || (is_padded && (!counts || is_extended))) {
      refuse(node, "an average of whole windows (count_include_pad 1 where it is padded)",
             "one that leaves pixels out");
    }
    is_even &= Embedding(windows[i], sides[i]).kernel == kernel && before <= kernel / 2;
  }
  Size2d padding = size_of(windows[0].before, windows[1].before);
  if (!is_even) {
    value.layer =
        padded(node, value.layer,
               {windows[0].before, windows[1].before, windows[0].after, windows[1].after});
    padding = {};
  }
  value.layer = network_.add({.name = name_of(node),
                              .type = LayerType::kAvgPool2d,
                              .kernel_size = size_of(windows[0].kernel, windows[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = padding},
                             {value.layer});
  value.view = View(network_.shape(value.layer));
  return value;
}

Value Lowering::lower_global_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  LayerSpec spec{.name = name_of(node), .type = LayerType::kGlobalAvgPool2d};
  if (node.op == "GlobalMaxPool") {
    spec.type = LayerType::kMaxPool2d;
    spec.kernel_size = {shape.height, shape.width};
  }
  value.layer = network_.add(std::move(spec), {value.layer});
  value.view = View(network_.shape(value.layer));
  return value;
}

Value Lowering::lower_pad(const Node& node, const std::vector<Value>& inputs) {
  const Value& first = inputs[0];
  const bool has_pads = node.has_input(1);
  const Sizes pads =
      integers_of(node, "pads", has_pads ? input_of(node, inputs, 1).constant : nullptr, {});
  const double filled = node.has_input(2) ? double{reals_of(node, inputs, 2, 1).front()}
                                          : double{node.real("value", 0.0F)};
  const bool is_plain = pads.size() == 8 && pads[0] == 0 && pads[1] == 0 && pads[4] == 0 &&
                        pads[5] == 0 && node.text("mode", "constant") == "constant" &&
                        filled == 0.0 && !node.has_input(3);
  const auto in_range = [](std::int64_t pad) { return pad >= 0 && pad <= kMaxSide; };
  if (!is_plain || !std::ranges::all_of(pads, in_range)) {
    refuse(node, "zeros around an image", "another padding");
  }
  Value value = image(node, first);
  value.layer = padded(node, value.layer, {pads[2], pads[3], pads[6], pads[7]});
  value.view = View(network_.shape(value.layer));
  return value;
}

}  // namespace tinycnn::onnx

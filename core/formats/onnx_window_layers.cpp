// SPDX-License-Identifier: MIT
// The nodes of an ONNX graph that slide a window over an image: convolution, pooling and padding.
#include <algorithm>
#include <array>
#include <utility>

#include "formats/onnx_constants.h"
#include "formats/onnx_inputs.h"
#include "formats/onnx_lowering.h"
#include "formats/onnx_windows.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

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
  const Size2d padding = evenly_padded(node, windows, value.layer);
  const bool bias = node.has_input(2);
  LayerWeights weights{.weight = std::move(weight)};
  if (bias) {
    weights.bias = reals_of(node, inputs, 2, static_cast<std::size_t>(dims[0]));
  }
  value.layer = network_.add({.name = name_of(node, node.inputs[1]),
                              .type = LayerType::kConv2d,
                              .out_channels = static_cast<int>(dims[0]),
                              .kernel_size = size_of(windows[0].kernel, windows[1].kernel),
                              .stride = size_of(windows[0].stride, windows[1].stride),
                              .padding = padding,
                              .groups = static_cast<int>(group),
                              .bias = bias,
                              .dilation = size_of(windows[0].dilation, windows[1].dilation)},
                             {value.layer}, std::move(weights));
  value.view = View(network_.shape(value.layer));
  return value;
}

int Lowering::padded(std::string name, int layer, const Sides2d& sides) {
  return network_.add({.name = std::move(name), .type = LayerType::kZeroPad2d, .sides = sides},
                      {layer});
}

/// The padding of a layer with these windows, before which an uneven one becomes a layer of its
/// own. Averages and maxima are padded by half their kernel at most.
Size2d Lowering::evenly_padded(const Node& node, const Windows& windows, int& layer) {
  const Shape& shape = network_.shape(layer);
  const bool pools = node.op != "Conv";
  const auto is_even = [&](const Window& window, int size) {
    return window.is_even(size) && (!pools || window.before <= window.kernel / 2);
  };
  if (is_even(windows[0], shape.height) && is_even(windows[1], shape.width)) {
    return size_of(windows[0].before, windows[1].before);
  }
  if (node.op == "MaxPool" && !network_.is_nonnegative(layer)) {
    refuse(node, "the same padding on both sides, or an input that is never negative",
           "uneven padding behind no ReLU");
  }
  notes_.push_back(concat(title(node), ": its uneven padding became a layer before it."));
  layer = padded("pad", layer,
                 {.left = static_cast<int>(windows[1].before),
                  .right = static_cast<int>(windows[1].after),
                  .top = static_cast<int>(windows[0].before),
                  .bottom = static_cast<int>(windows[0].after)});
  return {};
}

Value Lowering::lower_max_pool(const Node& node, const Value& given) {
  Value value = image(node, given);
  const Shape& shape = network_.shape(value.layer);
  const Windows windows = windows_of(node, node.integers("kernel_shape", {}), shape);
  for (const Window& window : windows) {
    if (window.dilation != 1) {
      refuse(node, "a pooling without dilation", "one with it");
    }
  }
  const Size2d padding = evenly_padded(node, windows, value.layer);
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
  const bool counts = node.integer("count_include_pad", 0) != 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto& [kernel, stride, dilation, before, after] = windows[i];
    const bool is_padded = before > 0 || after > 0;
    const bool is_extended = pads.size() == 4 && after > pads[i + 2];
    if (dilation != 1 || (is_padded && (!counts || is_extended))) {
      refuse(node, "an average of whole windows (count_include_pad 1 where it is padded)",
             "one that leaves pixels out");
    }
  }
  const Size2d padding = evenly_padded(node, windows, value.layer);
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
  value.layer = padded(name_of(node), value.layer,
                       {.left = static_cast<int>(pads[3]),
                        .right = static_cast<int>(pads[7]),
                        .top = static_cast<int>(pads[2]),
                        .bottom = static_cast<int>(pads[6])});
  value.view = View(network_.shape(value.layer));
  return value;
}

}  // namespace tinycnn::onnx

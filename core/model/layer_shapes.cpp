// SPDX-License-Identifier: MIT
#include "model/layer_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "model/layer_types.h"
#include "support/text.h"

namespace tinycnn {

std::string describe(const Shape& shape) {
  return concat("[", shape.channels, ",", shape.height, ",", shape.width, "]");
}

std::string where(const LayerSpec& layer) {
  return concat("[", to_string(layer.type), " ", layer.name, "] ");
}

void require_range(const LayerSpec& layer, std::string_view what, std::int64_t value,
                   std::int64_t min, std::int64_t max) {
  if (value < min || value > max) {
    fail(where(layer), "expected ", what, " from ", min, " to ", max, ", got ", value);
  }
}

namespace {

std::string describe(const Size2d& size) { return concat(size.height, "x", size.width); }

void require_range(const LayerSpec& layer, std::string_view what, const Size2d& size, int min) {
  require_range(layer, what, size.height, min, kMaxSide);
  require_range(layer, what, size.width, min, kMaxSide);
}

void require_number(const LayerSpec& layer, std::string_view expected, bool holds, double got) {
  if (!holds) {
    fail(where(layer), "expected ", expected, ", got ", got);
  }
}

/// Of all channels, in 64 bits.
std::int64_t pixels(const Shape& shape) {
  return std::int64_t{shape.channels} * shape.height * shape.width;
}

bool is_pooling(LayerType type) {
  return type == LayerType::kMaxPool2d || type == LayerType::kAvgPool2d;
}

/// The cost of a layer that reads and writes each activation a few times.
std::int64_t elementwise_operations(const LayerSummary& layer) {
  constexpr std::int64_t kPerActivation = 8;
  Shape input = layer.input;
  if (layer.spec.type == LayerType::kConv2d || is_pooling(layer.spec.type)) {
    input.height += 2 * layer.spec.padding.height;
    input.width += 2 * layer.spec.padding.width;
  }
  return kPerActivation * (pixels(input) + pixels(layer.output));
}

Size2d resolve_stride(const Size2d& stride, const Size2d& otherwise) {
  return {stride.height == 0 ? otherwise.height : stride.height,
          stride.width == 0 ? otherwise.width : stride.width};
}

/// What a kernel spans with its holes: up to 2^24 pixels on a side.
Size2d extent_of(const LayerSpec& layer) {
  return {(layer.kernel_size.height - 1) * layer.dilation.height + 1,
          (layer.kernel_size.width - 1) * layer.dilation.width + 1};
}

/// Height and width of the output of a kernel that slides over a padded input, rounded down as in
/// PyTorch.
Size2d slide(const LayerSpec& layer, const Shape& input) {
  const Size2d padded{input.height + 2 * layer.padding.height,
                      input.width + 2 * layer.padding.width};
  const Size2d kernel = extent_of(layer);
  if (kernel.height > padded.height || kernel.width > padded.width) {
    fail(where(layer), "expected a kernel no larger than its ", describe(padded),
         " input (padding included), got ", describe(kernel));
  }
  require_range(layer, "pixels of the padded input",
                pixels({input.channels, padded.height, padded.width}), 1, kMaxActivations);
  return {(padded.height - kernel.height) / layer.stride.height + 1,
          (padded.width - kernel.width) / layer.stride.width + 1};
}

void require_vector(const LayerSpec& spec, const Shape& input) {
  if (input.height != 1 || input.width != 1) {
    fail(where(spec), "expected a vector (put a flatten before it), got ", describe(input));
  }
}

/// Throws Error unless a scale is above 0 and one of float32.
void require_scale(const LayerSpec& layer, const char* what, double scale) {
  using Limits = std::numeric_limits<float>;
  if (!(scale >= Limits::min() && scale <= Limits::max())) {
    fail(where(layer), "expected ", what, ", got ", scale);
  }
}

/// Throws Error unless the layer's products of so many inputs with weights of int8 fit 32 bits.
[[gnu::noinline]] void require_rounded(const LayerSpec& layer, std::int64_t inputs) {
  require_scale(layer, "an inputScale from 0", layer.input_scale);
  require_range(layer, "inputs of an output, for weights of int8,", inputs, 1,
                static_cast<std::int64_t>(kMaxInt8Inputs));
}

ParameterSpec& add_parameter(LayerSummary& layer, const char* name, std::span<const int> shape,
                             int fan_in) {
  ParameterSpec& parameter = layer.parameters.emplace_back();
  parameter.name = layer.spec.name + name;
  parameter.shape.assign(shape.begin(), shape.end());
  parameter.fan_in = fan_in;
  return parameter;
}

/// weight_shape: [outputs, …].
void add_weight_and_bias(LayerSummary& layer, std::span<const int> weight_shape, int fan_in) {
  add_parameter(layer, ".weight", weight_shape, fan_in);
  if (layer.spec.bias) {
    add_parameter(layer, ".bias", weight_shape.first(1), fan_in);
  }
}

void infer_conv2d(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  require_range(spec, "out_channels", spec.out_channels, 1, kMaxChannels);
  require_range(spec, "kernel_size", spec.kernel_size, 1);
  spec.stride = resolve_stride(spec.stride, {1, 1});
  require_range(spec, "stride", spec.stride, 1);
  require_range(spec, "padding", spec.padding, 0);
  require_range(spec, "dilation", spec.dilation, 1);
  require_range(spec, "groups", spec.groups, 1, kMaxChannels);
  if (layer.input.channels % spec.groups != 0 || spec.out_channels % spec.groups != 0) {
    fail(where(spec), "expected groups that divide ", layer.input.channels, " input and ",
         spec.out_channels, " output channels, got ", spec.groups);
  }
  const Size2d out = slide(spec, layer.input);
  layer.output = {spec.out_channels, out.height, out.width};
  const int in_channels = layer.input.channels / spec.groups;
  // No more than the pixels of the padded input, so that no product below overflows.
  const std::int64_t fan_in =
      std::int64_t{in_channels} * spec.kernel_size.height * spec.kernel_size.width;
  require_range(spec, "weights", fan_in * spec.out_channels, 1, kMaxParameters);
  if (spec.input_scale != 0.0) {
    require_rounded(spec, fan_in);
  }
  add_weight_and_bias(
      layer,
      std::array{spec.out_channels, in_channels, spec.kernel_size.height, spec.kernel_size.width},
      static_cast<int>(fan_in));
  const std::int64_t weights = fan_in * spec.out_channels;
  const std::int64_t outputs = std::int64_t{out.height} * out.width;
  const std::int64_t inputs = std::int64_t{layer.input.height} * layer.input.width;
  layer.macs = weights * outputs;
  layer.operations = 2 * layer.macs + weights * std::min(inputs, kMaxDilation * outputs);
}

/// The cost of pooling: every pixel of every window, forward and backward.
std::int64_t window_operations(const LayerSummary& layer) {
  constexpr std::int64_t kPerPixel = 8;
  const Size2d& kernel = layer.spec.kernel_size;
  return kPerPixel * pixels(layer.output) * kernel.height * kernel.width;
}

void infer_pool2d(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  spec.dilation = {1, 1};
  require_range(spec, "kernel_size", spec.kernel_size, 1);
  spec.stride = resolve_stride(spec.stride, spec.kernel_size);
  require_range(spec, "stride", spec.stride, 1);
  require_range(spec, "padding (half the kernel at most)", spec.padding.height, 0,
                spec.kernel_size.height / 2);
  require_range(spec, "padding (half the kernel at most)", spec.padding.width, 0,
                spec.kernel_size.width / 2);
  const Size2d out = slide(spec, layer.input);
  layer.output = {layer.input.channels, out.height, out.width};
  layer.operations = window_operations(layer);
}

void infer_global_avg_pool2d(LayerSummary& layer) {
  layer.spec.kernel_size = {layer.input.height, layer.input.width};
  layer.spec.stride = layer.spec.kernel_size;
  layer.spec.padding = {};
  layer.output = {layer.input.channels, 1, 1};
  layer.operations = window_operations(layer);
}

[[gnu::noinline]] void infer_zero_pad2d(LayerSummary& layer) {
  const Sides2d& sides = layer.spec.sides;
  for (const int side : {sides.left, sides.right, sides.top, sides.bottom}) {
    require_range(layer.spec, "padding", side, 0, kMaxSide);
  }
  layer.output = {layer.input.channels, layer.input.height + sides.top + sides.bottom,
                  layer.input.width + sides.left + sides.right};
}

void infer_linear(LayerSummary& layer) {
  LayerSpec& spec = layer.spec;
  require_range(spec, "out_features", spec.out_features, 1, kMaxChannels);
  const int in_features = layer.input.channels;
  require_range(spec, "weights", std::int64_t{in_features} * spec.out_features, 1, kMaxParameters);
  if (spec.input_scale != 0.0) {
    require_rounded(spec, in_features);
  }
  layer.output = {spec.out_features, 1, 1};
  add_weight_and_bias(layer, std::array{spec.out_features, in_features}, in_features);
  layer.macs = std::int64_t{in_features} * spec.out_features;
  layer.operations = 3 * layer.macs;
}

void infer_batch_norm(LayerSummary& layer) {
  const LayerSpec& spec = layer.spec;
  require_number(spec, "eps above 0", spec.eps > 0.0 && spec.eps < 1.0, spec.eps);
  require_number(spec, "a momentum from 0 to 1", spec.momentum >= 0.0 && spec.momentum <= 1.0,
                 spec.momentum);
  const std::array shape{layer.input.channels};
  for (const char* name : {".weight", ".bias", ".running_mean", ".running_var"}) {
    ParameterSpec& parameter = add_parameter(layer, name, shape, 0);
    parameter.trainable = layer.parameters.size() <= 2;
    parameter.initial = layer.parameters.size() % 3 == 1 ? 1.0F : 0.0F;  // weight, running_var
  }
}

void require_several(const LayerSummary& layer, std::span<const Shape> inputs) {
  if (inputs.size() < 2 || inputs.size() > kMaxInputs) {
    fail(where(layer.spec), "expected from 2 to ", kMaxInputs, " inputs (from), got ",
         inputs.size());
  }
}

void infer_join(LayerSummary& layer, std::span<const Shape> inputs) {
  const bool adds = layer.spec.type == LayerType::kAdd;
  require_several(layer, inputs);
  layer.output = layer.input;
  for (const Shape& other : inputs.subspan(1)) {
    const bool fits = adds ? other == layer.input
                           : other.height == layer.input.height && other.width == layer.input.width;
    if (!fits) {
      fail(where(layer.spec), "expected inputs of the same ", adds ? "shape" : "height and width",
           ", got ", describe(layer.input), " and ", describe(other));
    }
    layer.output.channels += adds ? 0 : other.channels;
  }
}

[[gnu::noinline]] void infer_multiply(LayerSummary& layer, std::span<const Shape> inputs) {
  require_several(layer, inputs);
  const Shape vector{layer.input.channels, 1, 1};
  const auto map =
      std::ranges::find_if(inputs, [&](const Shape& input) { return input != vector; });
  layer.output = map == inputs.end() ? vector : *map;
  for (const Shape& input : inputs) {
    if (input != layer.output && input != vector) {
      fail(where(layer.spec), "expected inputs of the same ", "shape or [C,1,1], got ",
           describe(layer.output), " and ", describe(input));
    }
  }
}

/// The rules that are not in the table of layer types: output shapes that differ from the input's,
/// parameters, and the ranges of fields.
void infer_type(LayerSummary& layer, std::span<const Shape> inputs) {
  const LayerSpec& spec = layer.spec;
  switch (spec.type) {
    case LayerType::kConv2d:
      return infer_conv2d(layer);
    case LayerType::kMaxPool2d:
    case LayerType::kAvgPool2d:
      return infer_pool2d(layer);
    case LayerType::kZeroPad2d:
      return infer_zero_pad2d(layer);
    case LayerType::kGlobalAvgPool2d:
      return infer_global_avg_pool2d(layer);
    case LayerType::kLinear:
      return infer_linear(layer);
    case LayerType::kBatchNorm2d:
    case LayerType::kBatchNorm1d:
      return infer_batch_norm(layer);
    case LayerType::kAdd:
    case LayerType::kConcat:
      return infer_join(layer, inputs);
    case LayerType::kMultiply:
      return infer_multiply(layer, inputs);
    case LayerType::kFlatten:
      layer.output = {static_cast<int>(layer.input.size()), 1, 1};
      return;
    case LayerType::kDropout:
    case LayerType::kDropout2d:
      return require_number(spec, "p from 0 to below 1", spec.p >= 0.0 && spec.p < 1.0, spec.p);
    case LayerType::kLeakyReLU:
      return require_number(spec, "a finite negative_slope", std::isfinite(spec.negative_slope),
                            spec.negative_slope);
    case LayerType::kFakeQuantize:
      require_scale(spec, "a scale above 0", spec.scale);
      return require_range(spec, "a zero_point", spec.zero_point, -128, 127);
    default:
      return;
  }
}

}  // namespace

void infer_shapes(LayerSummary& layer, std::span<const Shape> inputs) {
  if (!is_known(layer.spec.type)) {
    fail(where(layer.spec), "expected a known layer type, got number ",
         static_cast<int>(layer.spec.type));
  }
  const LayerTypeInfo& info = info_of(layer.spec.type);
  if (info.inputs == InputCount::kOne && inputs.size() != 1) {
    fail(where(layer.spec), "expected one input, got ", inputs.size());
  }
  layer.input = inputs.front();
  if (info.needs_vector) {
    require_vector(layer.spec, layer.input);
  }
  if (info.keeps_shape) {
    layer.output = layer.input;
  }
  infer_type(layer, inputs);
  for (ParameterSpec& parameter : layer.parameters) {
    parameter.frozen = layer.spec.frozen;
  }
  require_range(layer.spec, "activations", pixels(layer.output), 1, kMaxActivations);
  layer.operations += elementwise_operations(layer);
}

}  // namespace tinycnn

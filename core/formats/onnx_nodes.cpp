// SPDX-License-Identifier: MIT
#include "formats/onnx_nodes.h"

#include <array>
#include <numbers>
#include <utility>

#include "support/text.h"

namespace tinycnn::onnx {
namespace {

constexpr double kMaxPixel = 255.0;

std::string helper(Graph& graph, std::string_view layer, std::string_view what) {
  return graph.names().take(concat(layer, ".", what));
}

/// x / 2 * (1 + erf(x / sqrt(2)))
std::string gelu(Graph& graph, std::string_view layer, std::string name, const std::string& x) {
  const auto scalar = [&](std::string_view what, double value) {
    return graph.scalar(concat(layer, ".", what), value);
  };
  const auto node = [&](std::string_view op, std::string_view what, const std::string& a,
                        const std::string& b) {
    return graph.node(op, helper(graph, layer, what), {a, b});
  };
  const std::string scaled = node("Div", "scaled", x, scalar("sqrt2", std::numbers::sqrt2));
  const std::string erf = graph.node("Erf", helper(graph, layer, "erf"), {scaled});
  const std::string raised = node("Add", "raised", erf, scalar("one", 1.0));
  const std::string product = node("Mul", "product", x, raised);
  return graph.node("Mul", std::move(name), {product, scalar("half", 0.5)});
}

}  // namespace

Attributes window(const Size2d& kernel, const Size2d& stride, const Size2d& padding) {
  Attributes attributes;
  attributes.integers("kernel_shape", {kernel.height, kernel.width})
      .integers("strides", {stride.height, stride.width})
      .integers("pads", {padding.height, padding.width, padding.height, padding.width});
  return attributes;
}

Attributes convolution(Attributes window, int groups, const Size2d& dilation) {
  window.integer("group", groups);
  if (dilation != Size2d{1, 1}) {
    window.integers("dilations", {dilation.height, dilation.width});
  }
  return window;
}

Sizes sizes_of(const Shape& shape, Rank rank) {
  return rank == Rank::kVector ? Sizes{static_cast<std::int64_t>(shape.size())}
                               : Sizes{shape.channels, shape.height, shape.width};
}

std::string normalized(Graph& graph, std::string pixels, ExportInput input,
                       const Normalization& normalization) {
  if (input == ExportInput::kNormalized) {
    return pixels;
  }
  const double unit = input == ExportInput::kBytes ? kMaxPixel : 1.0;
  const std::string centered =
      graph.node("Sub", graph.names().take("input.centered"),
                 {std::move(pixels), graph.scalar("input.mean", unit * normalization.mean)});
  return graph.node("Div", graph.names().take("input.normalized"),
                    {centered, graph.scalar("input.std", unit * normalization.std)});
}

std::string with_rank(Graph& graph, Rank rank, std::string_view layer, const std::string& value) {
  if (rank == Rank::kVector) {
    return graph.node("Flatten", helper(graph, layer, "vector"), {value});
  }
  constexpr std::array<std::int64_t, 2> kSides{2, 3};
  return graph.node("Unsqueeze", helper(graph, layer, "image"),
                    {value, graph.integers(concat(layer, ".axes"), kSides)});
}

std::string activation(Graph& graph, const Activation& activation, std::string_view layer,
                       std::string name, const std::string& x) {
  switch (activation.type) {
    case LayerType::kLeakyReLU:
      return graph.node("LeakyRelu", std::move(name), {x},
                        Attributes().real("alpha", activation.negative_slope));
    case LayerType::kReLU6:
      return graph.node(
          "Clip", std::move(name),
          {x, graph.scalar(concat(layer, ".min"), 0.0), graph.scalar(concat(layer, ".max"), 6.0)});
    case LayerType::kSigmoid:
      return graph.node("Sigmoid", std::move(name), {x});
    case LayerType::kTanh:
      return graph.node("Tanh", std::move(name), {x});
    case LayerType::kSiLU:
      return graph.node("Mul", std::move(name),
                        {x, graph.node("Sigmoid", helper(graph, layer, "sigmoid"), {x})});
    case LayerType::kGELU:
      return gelu(graph, layer, std::move(name), x);
    default:
      return graph.node("Relu", std::move(name), {x});
  }
}

std::string zero_pad(Graph& graph, const Sides2d& sides, std::string_view layer, std::string name,
                     const std::string& x) {
  const std::array<std::int64_t, 8> pads{0, 0, sides.top,    sides.left,
                                         0, 0, sides.bottom, sides.right};
  return graph.node("Pad", std::move(name), {x, graph.integers(concat(layer, ".pads"), pads)});
}

}  // namespace tinycnn::onnx

// SPDX-License-Identifier: MIT
// What the ONNX forms of float and of quantized networks have in common. `layer`: the layer whose
// name helpers begin with. `name`: of the value that the last node gives, and is returned.
#pragma once

#include <string>
#include <string_view>

#include "formats/onnx_graph.h"
#include "formats/trained_network.h"
#include "tinycnn/model_export.h"

namespace tinycnn::onnx {

Attributes window(const Size2d& kernel, const Size2d& stride, const Size2d& padding);

/// Those of a window, and what a convolution has besides.
Attributes convolution(Attributes window, int groups, const Size2d& dilation);

Sizes sizes_of(const Shape& shape, Rank rank);

/// The pixels as the first layer reads them.
std::string normalized(Graph& graph, std::string pixels, ExportInput input,
                       const Normalization& normalization);

/// A value of the other rank: an image as a vector, or a vector as an image of one pixel.
std::string with_rank(Graph& graph, Rank rank, std::string_view layer, const std::string& value);

struct Activation {
  LayerType type = LayerType::kReLU;
  double negative_slope = 0.0;  ///< kLeakyReLU
};

/// Those that have no node of their own in opset 17 become several.
std::string activation(Graph& graph, const Activation& activation, std::string_view layer,
                       std::string name, const std::string& x);

std::string zero_pad(Graph& graph, const Sides2d& sides, std::string_view layer, std::string name,
                     const std::string& x);

}  // namespace tinycnn::onnx

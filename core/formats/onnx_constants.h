// SPDX-License-Identifier: MIT
// Nodes whose inputs are all constant: exporters leave reshaped weights and computed shapes behind.
#pragma once

#include <vector>

#include "formats/onnx_file.h"

namespace tinycnn::onnx {

/// Stands for the number of samples in a shape, which is free.
inline constexpr std::int64_t kBatch = -(std::int64_t{1} << 40);

/// The result of a node. Throws Error for an operator that is not known, sizes that do not fit,
/// and results with more values than `max_size`.
SharedConstant evaluate(const Node& node, const std::vector<SharedConstant>& inputs,
                        std::size_t max_size);

/// The real numbers of a DequantizeLinear whose inputs are constant. Throws Error as above.
SharedConstant dequantized(const Node& node, const std::vector<SharedConstant>& inputs);

/// The values of a node's attribute, or of its input at this place since a later opset; `otherwise`
/// where it has neither.
Sizes integers_of(const Node& node, std::string_view attribute, const SharedConstant& input,
                  const Sizes& otherwise);

/// An axis counted from the end where it is below 0. Throws Error unless it is from 0 to rank - 1.
std::size_t axis_of(const Node& node, std::int64_t axis, std::size_t rank);

}  // namespace tinycnn::onnx

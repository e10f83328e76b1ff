// SPDX-License-Identifier: MIT
// How a node's inputs are read: each function throws Error, which names the node, if it is missing
// or of another kind.
#pragma once

#include <string_view>
#include <vector>

#include "formats/onnx_lowering.h"
#include "support/text.h"

namespace tinycnn::onnx {

[[noreturn]] inline void refuse(const Node& node, std::string_view expected, std::string_view got) {
  fail(where(node), "expected ", expected, ", got ", got);
}

inline const Value& input_of(const Node& node, const std::vector<Value>& inputs,
                             std::size_t index) {
  if (index >= inputs.size() || !node.has_input(index)) {
    refuse(node, concat("at least ", index + 1, " inputs"), concat(node.inputs.size()));
  }
  return inputs[index];
}

inline const Constant& constant_of(const Node& node, const std::vector<Value>& inputs,
                                   std::size_t index) {
  const SharedConstant& constant = input_of(node, inputs, index).constant;
  if (constant == nullptr) {
    refuse(node, concat("input ", index, " to be constant"), "one that depends on the network's");
  }
  return *constant;
}

/// The floating-point values of a constant, of which there must be `count`.
inline std::vector<float> reals_of(const Node& node, const std::vector<Value>& inputs,
                                   std::size_t index, std::size_t count) {
  const Constant& constant = constant_of(node, inputs, index);
  if (constant.is_integer || constant.size() != count) {
    refuse(node, concat(count, " numbers as input ", index),
           concat(constant.size(), constant.is_integer ? " integers" : ""));
  }
  return constant.reals;
}

}  // namespace tinycnn::onnx

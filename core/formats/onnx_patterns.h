// SPDX-License-Identifier: MIT
// Activations that exporters write as several nodes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "formats/onnx_file.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::onnx {

/// Which node makes a value, and as which of its outputs.
struct Producer {
  std::size_t node = 0;
  std::size_t output = 0;
};
using Producers = std::map<std::string, Producer, std::less<>>;

/// An activation of a value.
struct Activation {
  LayerType type = LayerType::kSiLU;
  std::string input{};
};

/// What a Mul node computes, if it ends one of these:
///   silu  x * sigmoid(x)
///   gelu  x / 2 * (1 + erf(x / sqrt(2))), its factors in any order
std::optional<Activation> activation_of(const File& file, const Producers& producers,
                                        const Node& node);

}  // namespace tinycnn::onnx

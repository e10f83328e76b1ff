// SPDX-License-Identifier: MIT
// Builds the messages of an ONNX model: nodes, initializers and the shapes of values.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/identifiers.h"
#include "formats/onnx_schema.h"
#include "formats/protobuf.h"

namespace tinycnn::onnx {

/// The attributes of a node.
class Attributes {
 public:
  Attributes& integer(std::string_view name, std::int64_t value);
  Attributes& integers(std::string_view name, std::initializer_list<std::int64_t> values);
  Attributes& real(std::string_view name, double value);

  [[nodiscard]] std::span<const ProtobufWriter> result() const { return attributes_; }

 private:
  ProtobufWriter& add(std::string_view name, AttributeType type);
  std::vector<ProtobufWriter> attributes_;
};

/// Sizes of a value without its batch dimension, which is free.
using Sizes = std::vector<std::int64_t>;

class Graph {
 public:
  /// Names of values, nodes and initializers; each is used once.
  UniqueNames& names() { return names_; }

  /// Adds a node called like its output, which it returns.
  std::string node(std::string_view op, std::string output, std::span<const std::string> inputs,
                   const Attributes& attributes = {});
  /// The same for one input, and the values of further ones.
  std::string node(std::string_view op, std::string output,
                   std::initializer_list<std::string> inputs, const Attributes& attributes = {});

  /// Adds a constant; returns its name, which may not be the wanted one.
  std::string constant(std::string_view wanted_name, std::span<const std::int64_t> dims,
                       std::span<const float> values);
  std::string scalar(std::string_view wanted_name, double value);
  std::string integers(std::string_view wanted_name, std::span<const std::int64_t> values);
  std::string int8(std::string_view wanted_name, std::span<const std::int64_t> dims,
                   std::span<const std::int8_t> values);
  std::string int32(std::string_view wanted_name, std::span<const std::int64_t> dims,
                    std::span<const std::int32_t> values);

  void input(std::string_view name, const Sizes& sizes) { value(graph::kInput, name, sizes); }
  void output(std::string_view name, const Sizes& sizes) { value(graph::kOutput, name, sizes); }
  void shape(std::string_view name, const Sizes& sizes) { value(graph::kValueInfo, name, sizes); }

  /// The bytes of the model.
  [[nodiscard]] std::vector<std::uint8_t> model(
      std::string_view name, std::string_view producer, std::string_view version,
      std::span<const std::pair<std::string, std::string>> metadata);

 private:
  void value(int field, std::string_view name, const Sizes& sizes);
  std::string tensor(std::string_view wanted_name, DataType type,
                     std::span<const std::int64_t> dims, std::span<const std::uint8_t> raw);

  UniqueNames names_;
  ProtobufWriter graph_;
};

}  // namespace tinycnn::onnx

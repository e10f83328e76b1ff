// SPDX-License-Identifier: MIT
#include "formats/onnx_graph.h"

#include <bit>

namespace tinycnn::onnx {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie here");

template <class Value>
std::span<const std::uint8_t> bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

}  // namespace

ProtobufWriter& Attributes::add(std::string_view name, AttributeType type) {
  ProtobufWriter& added = attributes_.emplace_back();
  added.text(attribute::kName, name);
  added.integer(attribute::kType, type);
  return added;
}

Attributes& Attributes::integer(std::string_view name, std::int64_t value) {
  add(name, kAttributeInt).integer(attribute::kInt, value);
  return *this;
}

Attributes& Attributes::integers(std::string_view name,
                                 std::initializer_list<std::int64_t> values) {
  ProtobufWriter& added = add(name, kAttributeInts);
  for (const std::int64_t value : values) {
    added.integer(attribute::kInts, value);
  }
  return *this;
}

Attributes& Attributes::real(std::string_view name, double value) {
  add(name, kAttributeFloat).real(attribute::kFloat, static_cast<float>(value));
  return *this;
}

std::string Graph::node(std::string_view op, std::string output,
                        std::span<const std::string> inputs, const Attributes& attributes) {
  ProtobufWriter message;
  for (const std::string& input : inputs) {
    message.text(node::kInput, input);
  }
  message.text(node::kOutput, output);
  message.text(node::kName, output);
  message.text(node::kOpType, op);
  for (const ProtobufWriter& each : attributes.result()) {
    message.message(node::kAttribute, each);
  }
  graph_.message(graph::kNode, message);
  return output;
}

std::string Graph::node(std::string_view op, std::string output,
                        std::initializer_list<std::string> inputs, const Attributes& attributes) {
  return node(op, std::move(output), std::span(inputs.begin(), inputs.size()), attributes);
}

std::string Graph::tensor(std::string_view wanted_name, DataType type,
                          std::span<const std::int64_t> dims, std::span<const std::uint8_t> raw) {
  std::string name = names_.take(wanted_name);
  ProtobufWriter message;
  for (const std::int64_t dim : dims) {
    message.integer(tensor::kDims, dim);
  }
  message.integer(tensor::kDataType, type);
  message.text(tensor::kName, name);
  message.bytes(tensor::kRawData, raw);
  graph_.message(graph::kInitializer, message);
  return name;
}

std::string Graph::constant(std::string_view wanted_name, std::span<const std::int64_t> dims,
                            std::span<const float> values) {
  return tensor(wanted_name, kFloat, dims, bytes_of(values));
}

std::string Graph::scalar(std::string_view wanted_name, double value) {
  const auto number = static_cast<float>(value);
  return constant(wanted_name, {}, {&number, 1});
}

std::string Graph::integers(std::string_view wanted_name, std::span<const std::int64_t> values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return tensor(wanted_name, kInt64, {&count, 1}, bytes_of(values));
}

std::string Graph::int8(std::string_view wanted_name, std::span<const std::int64_t> dims,
                        std::span<const std::int8_t> values) {
  return tensor(wanted_name, kInt8, dims, bytes_of(values));
}

std::string Graph::int32(std::string_view wanted_name, std::span<const std::int64_t> dims,
                         std::span<const std::int32_t> values) {
  return tensor(wanted_name, kInt32, dims, bytes_of(values));
}

void Graph::value(int field, std::string_view name, const Sizes& sizes) {
  ProtobufWriter shape;
  ProtobufWriter batch;
  batch.text(type::kDimParam, "N");
  shape.message(type::kDim, batch);
  for (const std::int64_t size : sizes) {
    ProtobufWriter dim;
    dim.integer(type::kDimValue, size);
    shape.message(type::kDim, dim);
  }
  ProtobufWriter tensor_type;
  tensor_type.integer(type::kElement, kFloat);
  tensor_type.message(type::kShape, shape);
  ProtobufWriter value_type;
  value_type.message(type::kTensor, tensor_type);
  ProtobufWriter info;
  info.text(value_info::kName, name);
  info.message(value_info::kType, value_type);
  graph_.message(field, info);
}

std::vector<std::uint8_t> Graph::model(
    std::string_view name, std::string_view producer, std::string_view version,
    std::span<const std::pair<std::string, std::string>> metadata) {
  graph_.text(graph::kName, name);
  ProtobufWriter opset;
  opset.integer(opset::kVersion, kOpset);
  ProtobufWriter message;
  message.integer(model::kIrVersion, kIrVersion);
  message.text(model::kProducerName, producer);
  message.text(model::kProducerVersion, version);
  message.message(model::kGraph, graph_);
  message.message(model::kOpsetImport, opset);
  for (const auto& [key, value] : metadata) {
    ProtobufWriter pair;
    pair.text(entry::kKey, key);
    pair.text(entry::kValue, value);
    message.message(model::kMetadataProps, pair);
  }
  return message.result();
}

}  // namespace tinycnn::onnx

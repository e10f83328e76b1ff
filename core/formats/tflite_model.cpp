// SPDX-License-Identifier: MIT
#include "formats/tflite_model.h"

#include <algorithm>
#include <bit>

namespace tinycnn::tflite {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie here");

template <class Value>
std::span<const std::uint8_t> bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

/// The first version of an operator that takes int8.
std::int32_t int8_version_of(Operator type) {
  switch (type) {
    case Operator::kReshape:
    case Operator::kQuantize:
    case Operator::kCast:
      return 1;
    case Operator::kConv2d:
    case Operator::kDepthwiseConv2d:
      return 3;
    case Operator::kFullyConnected:
      return 4;
    default:
      return 2;
  }
}

}  // namespace

// The first buffer is empty: it stands for "computed".
Model::Model(TensorType values) : values_(values) { buffers_.push_back(writer_.table({})); }

std::uint32_t Model::buffer(std::span<const std::uint8_t> data) {
  constexpr std::size_t kAlignment = 16;
  const Offset bytes = writer_.bytes(data, kAlignment);
  buffers_.push_back(writer_.table(OptionsTable().offset(buffer::kData, bytes)));
  return static_cast<std::uint32_t>(buffers_.size() - 1);
}

Model::Offset Model::quantization(const Quantized& quantized) {
  if (quantized.scales.empty()) {
    return 0;
  }
  const std::vector<std::int64_t> zero_points(quantized.scales.size(), quantized.zero_point);
  const Offset scales = writer_.floats(quantized.scales);
  const Offset zeros = writer_.integers(zero_points);
  return writer_.table(OptionsTable()
                           .offset(quantization::kScale, scales)
                           .offset(quantization::kZeroPoint, zeros)
                           .scalar(quantization::kDimension, quantized.dimension));
}

Tensor Model::tensor(std::string_view name, const Sizes& shape, const Sizes& signature,
                     TensorType type, std::uint32_t buffer, const Quantized& quantized) {
  const Offset parameters = quantization(quantized);
  const Offset sizes = writer_.integers(shape);
  const Offset free_sizes = signature.empty() ? 0 : writer_.integers(signature);
  const Offset text = writer_.text(name);
  tensors_.push_back(writer_.table(OptionsTable()
                                       .offset(tensor::kShape, sizes)
                                       .scalar(tensor::kType, type)
                                       .scalar(tensor::kBuffer, buffer)
                                       .offset(tensor::kName, text)
                                       .offset(tensor::kQuantization, parameters)
                                       .offset(tensor::kShapeSignature, free_sizes)));
  return static_cast<Tensor>(tensors_.size() - 1);
}

Tensor Model::value(std::string_view name, const Sizes& sizes, TensorType type,
                    const Quantized& quantized) {
  Sizes shape{1};
  shape.insert(shape.end(), sizes.begin(), sizes.end());
  Sizes signature = shape;
  signature.front() = -1;
  return tensor(name, shape, signature, type, 0, quantized);
}

Tensor Model::constant(std::string_view name, const Sizes& sizes, TensorType type,
                       std::span<const std::uint8_t> data, const Quantized& quantized) {
  return tensor(name, sizes, {}, type, buffer(data), quantized);
}

Tensor Model::floats(std::string_view name, const Sizes& sizes, std::span<const float> values) {
  return constant(name, sizes, TensorType::kFloat32, bytes_of(values));
}

Tensor Model::integers(std::string_view name, const Sizes& sizes,
                       std::span<const std::int32_t> values, const Quantized& quantized) {
  return constant(name, sizes, TensorType::kInt32, bytes_of(values), quantized);
}

Tensor Model::bytes(std::string_view name, const Sizes& sizes, std::span<const std::int8_t> values,
                    const Quantized& quantized) {
  return constant(name, sizes, TensorType::kInt8, bytes_of(values), quantized);
}

void Model::operation(Operator type, std::span<const Tensor> inputs,
                      std::span<const Tensor> outputs, Options options_type,
                      const OptionsTable& options) {
  const auto known = std::ranges::find(codes_, type);
  const auto code = static_cast<std::uint32_t>(known - codes_.begin());
  if (known == codes_.end()) {
    codes_.push_back(type);
  }
  const Offset read = writer_.integers(inputs);
  const Offset written = writer_.integers(outputs);
  OptionsTable table;
  table.scalar(operation::kOpcodeIndex, code)
      .offset(operation::kInputs, read)
      .offset(operation::kOutputs, written);
  if (options_type != Options::kNone) {
    const Offset chosen = writer_.table(options);
    table.scalar(operation::kOptionsType, options_type).offset(operation::kOptions, chosen);
  }
  operators_.push_back(writer_.table(table));
}

void Model::metadata(std::string_view name, std::string_view text) {
  const std::uint32_t data =
      buffer({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  const Offset key = writer_.text(name);
  metadata_.push_back(
      writer_.table(OptionsTable().offset(metadata::kName, key).scalar(metadata::kBuffer, data)));
}

std::vector<std::uint8_t> Model::finish(std::string_view name, std::string_view description,
                                        Tensor input, Tensor output) {
  std::vector<Offset> codes;
  for (const Operator code : codes_) {
    const std::int32_t version = values_ == TensorType::kInt8 ? int8_version_of(code) : 1;
    codes.push_back(
        writer_.table(OptionsTable()
                          .scalar(operator_code::kDeprecatedBuiltinCode, code)
                          .scalar(operator_code::kVersion, version)
                          .scalar(operator_code::kBuiltinCode, static_cast<std::int32_t>(code))));
  }
  const auto vector = [&](std::span<const Offset> offsets) { return writer_.offsets(offsets); };
  OptionsTable graph;
  graph.offset(subgraph::kTensors, vector(tensors_))
      .offset(subgraph::kInputs, writer_.integers({&input, 1}))
      .offset(subgraph::kOutputs, writer_.integers({&output, 1}))
      .offset(subgraph::kOperators, vector(operators_))
      .offset(subgraph::kName, writer_.text(name));
  const Offset subgraph = writer_.table(graph);
  OptionsTable model;
  model.scalar(model::kVersion, kVersion)
      .offset(model::kOperatorCodes, vector(codes))
      .offset(model::kSubgraphs, vector({&subgraph, 1}))
      .offset(model::kDescription, writer_.text(description))
      .offset(model::kBuffers, vector(buffers_))
      .offset(model::kMetadata, vector(metadata_));
  return writer_.finish(writer_.table(model), kIdentifier);
}

}  // namespace tinycnn::tflite

// SPDX-License-Identifier: MIT
// Builds a TensorFlow Lite model of one subgraph: tensors, constants and operators in order.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/flatbuffer.h"
#include "formats/tflite_schema.h"

namespace tinycnn::tflite {

/// The number of a tensor.
using Tensor = std::int32_t;
using Sizes = std::vector<std::int32_t>;
using OptionsTable = FlatbufferWriter::Table;

/// real = scale * (integer - zero point), with one scale, or one for each index of a dimension.
/// None for tensors that are not quantized.
struct Quantized {
  std::vector<float> scales{};
  std::int32_t zero_point = 0;
  int dimension = 0;
};

class Model {
 public:
  /// values: of the operators' inputs, float32 or int8.
  explicit Model(TensorType values = TensorType::kFloat32);

  /// A value that is computed. sizes: without the batch dimension, which is 1 unless the runtime
  /// changes it.
  Tensor value(std::string_view name, const Sizes& sizes, TensorType type = TensorType::kFloat32,
               const Quantized& quantized = {});
  /// A constant. data: little endian, as many bytes as the sizes say.
  Tensor constant(std::string_view name, const Sizes& sizes, TensorType type,
                  std::span<const std::uint8_t> data, const Quantized& quantized = {});
  Tensor floats(std::string_view name, const Sizes& sizes, std::span<const float> values);
  Tensor integers(std::string_view name, const Sizes& sizes, std::span<const std::int32_t> values,
                  const Quantized& quantized = {});
  Tensor bytes(std::string_view name, const Sizes& sizes, std::span<const std::int8_t> values,
               const Quantized& quantized);

  void operation(Operator type, std::span<const Tensor> inputs, std::span<const Tensor> outputs,
                 Options options_type = Options::kNone, const OptionsTable& options = {});
  void operation(Operator type, std::initializer_list<Tensor> inputs, Tensor output,
                 Options options_type = Options::kNone, const OptionsTable& options = {}) {
    operation(type, std::span(inputs.begin(), inputs.size()), {&output, 1}, options_type, options);
  }
  /// For options that hold a vector.
  FlatbufferWriter& writer() { return writer_; }

  void metadata(std::string_view name, std::string_view text);

  std::vector<std::uint8_t> finish(std::string_view name, std::string_view description,
                                   Tensor input, Tensor output);

 private:
  using Offset = FlatbufferWriter::Offset;

  std::uint32_t buffer(std::span<const std::uint8_t> data);
  Offset quantization(const Quantized& quantized);
  Tensor tensor(std::string_view name, const Sizes& shape, const Sizes& signature, TensorType type,
                std::uint32_t buffer, const Quantized& quantized);

  TensorType values_;
  FlatbufferWriter writer_;
  std::vector<Offset> buffers_;
  std::vector<Offset> tensors_;
  std::vector<Offset> operators_;
  std::vector<Offset> metadata_;
  std::vector<Operator> codes_;
};

}  // namespace tinycnn::tflite

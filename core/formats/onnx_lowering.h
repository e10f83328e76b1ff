// SPDX-License-Identifier: MIT
// Turns one node of an ONNX graph after another into layers of the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/onnx_file.h"
#include "formats/onnx_network.h"
#include "formats/onnx_view.h"
#include "formats/onnx_windows.h"

namespace tinycnn::onnx {

/// A value of the graph: a constant, or a layer's output under some view.
struct Value {
  SharedConstant constant{};
  int layer = kInput;
  /// Without the batch, which is always the first axis. Of the input it says where each element
  /// lies in the file's order.
  View view{};
  /// Whether nothing else reads what the layer gives.
  bool is_alone = false;
  /// What the file has calculated with the input so far: scale * x + shift.
  double scale = 1.0;
  double shift = 0.0;
};

class Lowering {
 public:
  /// input: of the graph, without its batch.
  Lowering(std::int64_t opset, std::string producer, Sizes input, std::vector<std::string>& notes);

  /// The node's first output. is_alone: whether one node alone reads it. Throws Error for what the
  /// engine does not have.
  Value lower(const Node& node, const std::vector<Value>& inputs, bool is_alone);
  /// An activation that several nodes make up; `node` is the last of them.
  Value activation(const Node& node, LayerType type, const Value& input, bool is_alone);

  /// The value that the graph gives becomes the last layer's output.
  void finish(const Value& output);

  [[nodiscard]] const Network& network() const { return network_; }
  /// What the network's input is made of the file's: scale * x + shift, scale above 0.
  [[nodiscard]] double scale() const { return input_layer_ == kInput ? scale_ : 1.0; }
  [[nodiscard]] double shift() const { return input_layer_ == kInput ? shift_ : 0.0; }
  /// The input of the graph as a value.
  [[nodiscard]] Value input() const;

 private:
  // Views of values.
  Value lower_shape(const Node& node, const std::vector<Value>& inputs);
  [[nodiscard]] View squeezed(const Node& node, const Value& value, const Value* axes) const;
  [[nodiscard]] View unsqueezed(const Node& node, const Value& value, const Value* axes) const;
  [[nodiscard]] View reshaped(const Node& node, const Value& value, const Value* sizes) const;
  [[nodiscard]] View flattened(const Node& node, const Value& value) const;
  [[nodiscard]] View transposed(const Node& node, const Value& value) const;

  // Layers.
  Value lower_layer(const Node& node, const std::vector<Value>& inputs);
  Value lower_conv(const Node& node, const std::vector<Value>& inputs);
  Value lower_gemm(const Node& node, const std::vector<Value>& inputs);
  Value lower_matmul(const Node& node, const std::vector<Value>& inputs);
  Value lower_norm(const Node& node, const std::vector<Value>& inputs);
  Value lower_max_pool(const Node& node, const Value& given);
  Value lower_avg_pool(const Node& node, const Value& given);
  Value lower_global_pool(const Node& node, const Value& given);
  Value lower_mean(const Node& node, const std::vector<Value>& inputs);
  Value lower_pad(const Node& node, const std::vector<Value>& inputs);
  Value lower_quantize(const Node& node, const std::vector<Value>& inputs);
  Value lower_dequantize(const Node& node, const std::vector<Value>& inputs);
  Value lower_softmax(const Node& node, const Value& given);
  Value lower_dropout(const Node& node, const std::vector<Value>& inputs);
  Value lower_clip(const Node& node, const std::vector<Value>& inputs);
  Value lower_prelu(const Node& node, const std::vector<Value>& inputs);
  /// The elementwise sum or product of values of one shape.
  Value lower_elementwise(const Node& node, const std::vector<Value>& inputs, LayerType type);
  Value lower_sum(const Node& node, const std::vector<Value>& inputs);
  Value lower_product(const Node& node, const std::vector<Value>& inputs);
  Value lower_concat(const Node& node, const std::vector<Value>& inputs);
  Value lower_arithmetic(const Node& node, const std::vector<Value>& inputs);
  Value unary(const Node& node, LayerSpec spec, const Value& given);
  Value linear(const Node& node, const Value& given, const std::vector<float>& weight,
               std::size_t outputs, std::vector<float> bias);
  /// Zeros around an image.
  int padded(std::string name, int layer, const Sides2d& sides);
  Size2d evenly_padded(const Node& node, const Windows& windows, int& layer);

  // What layers read.
  /// The value as [C, H, W] of its layer.
  Value image(const Node& node, const Value& given);
  /// The value as a vector, and where its elements lie in it; no places if they are in order.
  Value vector(const Node& node, const Value& given, std::vector<std::size_t>& places);
  /// A value of a layer, or of the input with its shape settled.
  Value settled(const Node& node, const Value& given, bool as_image);
  void settle_input(const Node& node, const Value& given, bool as_image);
  /// One number per channel of a settled value, out of a constant that is broadcast to it.
  std::vector<float> per_channel(const Node& node, Value& value, const Constant& constant);

  [[nodiscard]] std::string name_of(const Node& node, const std::string& weight = {}) const;
  [[nodiscard]] bool is_own() const { return producer_ == "TinyCNN"; }

  std::int64_t opset_;
  std::string producer_;
  Sizes input_sizes_;
  std::vector<std::string>& notes_;
  Network network_;
  bool is_settled_ = false;
  int input_layer_ = kInput;  // the layer that gives the input as the file's network reads it
  View settled_view_{};       // of the input as [C, H, W], in the file's order
  double scale_ = 1.0;
  double shift_ = 0.0;
};

}  // namespace tinycnn::onnx

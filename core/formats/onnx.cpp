// SPDX-License-Identifier: MIT
// ONNX: every layer becomes the node that PyTorch's exporter would make of it, called as in the
// spec. Activations without a node of their own in opset 17 become several.
#include <array>

#include "formats/batch_norm_folding.h"
#include "formats/onnx_nodes.h"
#include "formats/writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

using onnx::Attributes;
using onnx::Sizes;

Attributes window(const LayerSpec& spec) {
  return onnx::window(spec.kernel_size, spec.stride, spec.padding);
}

class OnnxWriter {
 public:
  OnnxWriter(const TrainedNetwork& network, const ExportOptions& options)
      : network_(network), options_(options) {
    graph_.names().take(kInputName);
    for (const LayerSummary& layer : network_.layers()) {
      graph_.names().take(layer.spec.name);
    }
  }

  std::vector<std::uint8_t> write() {
    write_input();
    for (const LayerSummary& layer : network_.layers()) {
      values_.push_back(is_folded(layer) ? value_of(layer.inputs.front()) : write_layer(layer));
    }
    write_output();
    return graph_.model(options_.name, "TinyCNN", TINYCNN_VERSION, metadata_of(network_));
  }

 private:
  [[nodiscard]] const std::string& value_of(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }

  /// The batch norm that a layer does itself, if that is wanted.
  [[nodiscard]] const LayerSummary* norm_in(const LayerSummary& layer) const {
    return options_.fold_batch_norm ? foldable_norm(network_, layer) : nullptr;
  }
  [[nodiscard]] bool is_folded(const LayerSummary& norm) const {
    const int input = norm.inputs.front();
    return input >= 0 && norm_in(network_.layers()[static_cast<std::size_t>(input)]) == &norm;
  }

  /// A name for what a layer needs besides its own value.
  std::string helper(const LayerSummary& layer, std::string_view what) {
    return graph_.names().take(concat(layer.spec.name, ".", what));
  }

  void write_input() {
    graph_.input(kInputName, onnx::sizes_of(network_.summary().input, Rank::kImage));
    values_.push_back(onnx::normalized(graph_, std::string(kInputName), options_.input,
                                       network_.model().options.normalization));
  }

  void write_output() {
    const LayerSummary& last = network_.layers().back();
    graph_.output(values_.back(), onnx::sizes_of(last.output, Rank::kVector));
  }

  /// A layer's value as its reader takes it.
  std::string read(const LayerSummary& reader, int index, Rank rank) {
    const std::string& value = value_of(index);
    if (network_.rank_of(index) == rank) {
      return value;
    }
    return onnx::with_rank(graph_, rank, reader.spec.name, value);
  }

  std::vector<std::string> read_all(const LayerSummary& layer) {
    std::vector<std::string> inputs;
    for (const int input : layer.inputs) {
      const Rank rank = layer.spec.type == LayerType::kFlatten ? network_.rank_of(input)
                                                               : network_.rank_read_by(layer);
      inputs.push_back(read(layer, input, rank));
    }
    return inputs;
  }

  /// The name of a layer's value. The last one is a vector of scores, also if its layer makes an
  /// image of one pixel.
  std::string write_layer(const LayerSummary& layer) {
    const LayerSummary* norm = norm_in(layer);
    const LayerSummary& last_part = norm == nullptr ? layer : *norm;
    const bool ends = last_part.index + 1 == static_cast<int>(network_.layers().size());
    const Rank rank = network_.rank_of(layer.index);
    std::string name = last_part.spec.name;
    if (ends && rank == Rank::kImage) {
      const std::string image = write_node(layer, helper(last_part, "image"));
      graph_.shape(image, onnx::sizes_of(layer.output, rank));
      return graph_.node("Flatten", name, {image});
    }
    name = write_node(layer, name);
    if (!ends) {
      graph_.shape(name, onnx::sizes_of(layer.output, rank));
    }
    return name;
  }

  std::string write_node(const LayerSummary& layer, const std::string& name) {
    const LayerSpec& spec = layer.spec;
    std::vector<std::string> inputs = read_all(layer);
    switch (spec.type) {
      case LayerType::kConv2d:
        append_weights(layer, inputs);
        return graph_.node("Conv", name, inputs,
                           onnx::convolution(window(spec), spec.groups, spec.dilation));
      case LayerType::kLinear:
        append_weights(layer, inputs);
        return graph_.node("Gemm", name, inputs, Attributes().integer("transB", 1));
      case LayerType::kBatchNorm2d:
      case LayerType::kBatchNorm1d:
        append_parameters(layer, inputs);
        return graph_.node("BatchNormalization", name, inputs,
                           Attributes().real("epsilon", spec.eps));
      case LayerType::kMaxPool2d:
        return graph_.node("MaxPool", name, inputs, window(spec));
      case LayerType::kAvgPool2d:
        return graph_.node("AveragePool", name, inputs,
                           window(spec).integer("count_include_pad", 1));
      case LayerType::kDropout:
      case LayerType::kDropout2d:
        inputs.push_back(graph_.scalar(concat(spec.name, ".ratio"), spec.p));
        return graph_.node("Dropout", name, inputs);
      case LayerType::kAdd:
        return chain("Add", "sum", layer, name, inputs);
      case LayerType::kMultiply:
        return chain("Mul", "product", layer, name, inputs);
      case LayerType::kConcat:
        return graph_.node("Concat", name, inputs, Attributes().integer("axis", 1));
      case LayerType::kZeroPad2d:
        return onnx::zero_pad(graph_, spec.sides, spec.name, name, inputs[0]);
      case LayerType::kSoftmax:
        return graph_.node("Softmax", name, inputs, Attributes().integer("axis", 1));
      case LayerType::kLogSoftmax:
        return graph_.node("LogSoftmax", name, inputs, Attributes().integer("axis", 1));
      case LayerType::kGlobalAvgPool2d:
        return graph_.node("GlobalAveragePool", name, inputs);
      case LayerType::kFlatten:
        return graph_.node("Flatten", name, inputs);
      case LayerType::kFakeQuantize:
        return graph_.node("Identity", name, inputs);
      default:
        return onnx::activation(graph_, {spec.type, spec.negative_slope}, spec.name, name,
                                inputs[0]);
    }
  }

  /// A node for every input after the first.
  std::string chain(std::string_view op, std::string_view part, const LayerSummary& layer,
                    const std::string& name, std::span<const std::string> inputs) {
    std::string result = inputs.front();
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      const bool ends = i + 1 == inputs.size();
      result = graph_.node(op, ends ? name : helper(layer, part), {result, inputs[i]});
    }
    return result;
  }

  void append_weights(const LayerSummary& layer, std::vector<std::string>& inputs) {
    const LayerSummary* norm = norm_in(layer);
    if (norm == nullptr) {
      return append_parameters(layer, inputs);
    }
    const FoldedWeights folded = folded_weights(network_, layer, norm);
    const std::vector<int>& shape = layer.parameters.front().shape;
    const Sizes dims(shape.begin(), shape.end());
    inputs.push_back(graph_.constant(concat(layer.spec.name, ".weight"), dims, folded.weight));
    inputs.push_back(
        graph_.constant(concat(layer.spec.name, ".bias"), std::span(dims).first(1), folded.bias));
  }

  void append_parameters(const LayerSummary& layer, std::vector<std::string>& inputs) {
    for (const ParameterSpec& parameter : layer.parameters) {
      const Sizes dims(parameter.shape.begin(), parameter.shape.end());
      const std::string_view kind =
          std::string_view(parameter.name).substr(layer.spec.name.size() + 1);
      inputs.push_back(graph_.constant(parameter.name, dims, network_.tensor(layer, kind)));
    }
  }

  const TrainedNetwork& network_;
  const ExportOptions& options_;
  onnx::Graph graph_;
  std::vector<std::string> values_;  // the value of the input, then of every layer
};

}  // namespace

std::vector<std::uint8_t> write_onnx(const TrainedNetwork& network, const ExportOptions& options) {
  return OnnxWriter(network, options).write();
}

}  // namespace tinycnn

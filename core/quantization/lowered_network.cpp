// SPDX-License-Identifier: MIT
#include "quantization/lowered_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formats/inference_graph.h"
#include "support/text.h"

namespace tinycnn {
namespace {

bool is_softmax(LayerType type) {
  return type == LayerType::kSoftmax || type == LayerType::kLogSoftmax;
}

void require_finite(const TrainedModel& model) {
  for (const NamedTensor& tensor : model.parameters) {
    for (const float value : tensor.data) {
      if (!std::isfinite(value)) {
        fail("[quantize] expected finite weights, got ", static_cast<double>(value), " in ",
             tensor.name, ": the training has diverged");
      }
    }
  }
}

QuantizedOperation operation_of(LayerType type) {
  switch (type) {
    case LayerType::kLinear:
      return QuantizedOperation::kLinear;
    case LayerType::kMaxPool2d:
      return QuantizedOperation::kMaxPool2d;
    case LayerType::kAvgPool2d:
      return QuantizedOperation::kAvgPool2d;
    case LayerType::kAdd:
      return QuantizedOperation::kAdd;
    case LayerType::kConcat:
      return QuantizedOperation::kConcat;
    case LayerType::kFlatten:
      return QuantizedOperation::kFlatten;
    case LayerType::kConv2d:
    case LayerType::kBatchNorm2d:
    case LayerType::kGlobalAvgPool2d:
      return QuantizedOperation::kConv2d;
    default:
      return QuantizedOperation::kActivation;
  }
}

/// Whether an output has the quantization of the input.
bool keeps_quantization(QuantizedOperation operation) {
  return operation == QuantizedOperation::kMaxPool2d ||
         operation == QuantizedOperation::kAvgPool2d || operation == QuantizedOperation::kFlatten;
}

class Lowering {
 public:
  explicit Lowering(const InferenceGraph& graph)
      : graph_(graph),
        moved_(graph.steps().size(), false),
        names_(graph.steps().size()),
        step_of_(graph.steps().size()) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      names_[i] = graph.steps()[i].name;
    }
  }

  LoweredNetwork run() {
    network_.input = graph_.output_of(-1);
    int last = graph_.result();
    while (last >= 0 && is_softmax(graph_.step(last).type)) {
      last = graph_.step(last).inputs.front();
    }
    for (int i = 0; i <= last; ++i) {
      find_moved_relu(i);
    }
    for (int i = 0; i <= last; ++i) {
      add(i);
    }
    if (network_.steps.empty()) {
      fail("[quantize] expected a layer besides softmax, got none");
    }
    return std::move(network_);
  }

 private:
  [[nodiscard]] bool has_one_reader(int index) const { return graph_.readers(index).size() == 1; }

  /// relu(max(x)) = max(relu(x)): before the pool, the layer that the pool reads can apply it.
  void find_moved_relu(int index) {
    const InferenceStep& relu = graph_.step(index);
    if (relu.type != LayerType::kReLU || relu.inputs.front() < 0) {
      return;
    }
    const int pool = relu.inputs.front();
    const int source = graph_.step(pool).inputs.front();
    if (graph_.step(pool).type != LayerType::kMaxPool2d || source < 0 || !has_one_reader(pool) ||
        !has_one_reader(source)) {
      return;
    }
    const LayerType type = graph_.step(source).type;
    if (type == LayerType::kConv2d || type == LayerType::kBatchNorm2d || type == LayerType::kAdd) {
      moved_[static_cast<std::size_t>(source)] = true;
      moved_[static_cast<std::size_t>(index)] = true;
      names_[static_cast<std::size_t>(source)] += concat(".", relu.name);
      names_[static_cast<std::size_t>(pool)] = relu.name;
    }
  }

  [[nodiscard]] int step_giving(int index) const {
    return index < 0 ? -1 : step_of_[static_cast<std::size_t>(index)];
  }

  void add(int index) {
    const InferenceStep& source = graph_.step(index);
    const auto at = static_cast<std::size_t>(index);
    if (source.type == LayerType::kReLU && moved_[at]) {
      step_of_[at] = step_giving(source.inputs.front());
      return;
    }
    if (is_softmax(source.type)) {
      fail("[quantize] expected ", to_string(source.type),
           " as the last layer alone, got it as the layer ", source.name);
    }
    LoweredStep step{.operation = operation_of(source.type),
                     .layer = source.type,
                     .name = names_[at],
                     .input = source.input,
                     .output = source.output,
                     .kernel_size = source.spec.kernel_size,
                     .stride = source.spec.stride,
                     .padding = source.spec.padding,
                     .groups = source.spec.groups,
                     .negative_slope = source.spec.negative_slope,
                     .relu = source.relu || moved_[at],
                     .weight = source.weights.weight,
                     .bias = source.weights.bias};
    for (const int input : source.inputs) {
      step.inputs.push_back(step_giving(input));
    }
    if (step.operation == QuantizedOperation::kConv2d && step.layer != LayerType::kConv2d) {
      make_depthwise(step);
    }
    if (step.operation == QuantizedOperation::kAdd) {
      split_sum(step);
    } else if (step.operation == QuantizedOperation::kConcat) {
      requantize_inputs(step);
    } else if (keeps_quantization(step.operation)) {
      step.same_as = step.inputs.front();
    }
    network_.steps.push_back(std::move(step));
    step_of_[at] = static_cast<int>(network_.steps.size()) - 1;
  }

  /// Batch norm: a 1x1 kernel for each channel. Global average: one of H x W equal weights, so that
  /// the average is requantized with its own scale, which is much finer than that of the values.
  static void make_depthwise(LoweredStep& step) {
    step.groups = step.input.channels;
    step.padding = {};
    if (step.layer == LayerType::kBatchNorm2d) {
      step.kernel_size = {1, 1};
      step.stride = {1, 1};
      return;
    }
    const std::size_t channels = static_cast<std::size_t>(step.input.channels);
    const std::size_t pixels = step.input.size() / channels;
    step.kernel_size = {step.input.height, step.input.width};
    step.stride = step.kernel_size;
    step.weight.assign(step.input.size(), static_cast<float>(1.0 / static_cast<double>(pixels)));
    step.bias.assign(channels, 0.0F);
  }

  /// a + b + c as (a + b) + c.
  void split_sum(LoweredStep& step) {
    while (step.inputs.size() > 2) {
      LoweredStep part = step;
      part.name += ".sum";
      part.relu = false;
      part.inputs.resize(2);
      network_.steps.push_back(part);
      step.inputs.erase(step.inputs.begin());
      step.inputs.front() = static_cast<int>(network_.steps.size()) - 1;
    }
  }

  void requantize_inputs(LoweredStep& step) {
    const int concat = static_cast<int>(network_.steps.size() + step.inputs.size());
    for (int& input : step.inputs) {
      const Shape& shape = network_.output_of(input);
      network_.steps.push_back({.operation = QuantizedOperation::kRequantize,
                                .layer = LayerType::kConcat,
                                .name = step.name + ".input",
                                .inputs = {input},
                                .input = shape,
                                .output = shape,
                                .same_as = concat});
      input = static_cast<int>(network_.steps.size()) - 1;
    }
  }

  const InferenceGraph& graph_;
  std::vector<bool> moved_;  // ReLUs that move, and the steps that apply them instead
  std::vector<std::string> names_;
  std::vector<int> step_of_;  // of each step of the graph
  LoweredNetwork network_;
};

}  // namespace

LoweredNetwork lower(const TrainedModel& model) {
  require_finite(model);
  const TrainedNetwork network(model);
  return Lowering(InferenceGraph(network)).run();
}

}  // namespace tinycnn

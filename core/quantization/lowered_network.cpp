// SPDX-License-Identifier: MIT
#include "quantization/lowered_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formats/inference_graph.h"
#include "support/text.h"

namespace tinycnn {
namespace {

/// Whether a step clamps its output before it rounds it.
bool can_do_relu6(const InferenceStep& step) {
  return !step.relu && (step.type == LayerType::kConv2d || step.type == LayerType::kLinear ||
                        step.type == LayerType::kBatchNorm2d || step.type == LayerType::kAdd);
}

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
    case LayerType::kMultiply:
      return QuantizedOperation::kMultiply;
    case LayerType::kFlatten:
      return QuantizedOperation::kFlatten;
    case LayerType::kZeroPad2d:
      return QuantizedOperation::kZeroPad2d;
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
         operation == QuantizedOperation::kAvgPool2d || operation == QuantizedOperation::kFlatten ||
         operation == QuantizedOperation::kZeroPad2d;
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
    if (source.type == LayerType::kFakeQuantize) {
      return add_rounding(index);
    }
    if (source.type == LayerType::kReLU6 && join_relu6(index)) {
      return;
    }
    if (is_softmax(source.type)) {
      fail("[quantize] expected ", to_string(source.type),
           " as the last layer alone, got it as the layer ", source.name);
    }
    LoweredStep step{.operation = operation_of(source.type),
                     .layer = source.type,
                     .name = names_[at],
                     .computes = source.computes,
                     .gives = gives(index),
                     .input = source.input,
                     .output = source.output,
                     .kernel_size = source.spec.kernel_size,
                     .stride = source.spec.stride,
                     .padding = source.spec.padding,
                     .dilation = source.spec.dilation,
                     .sides = source.spec.sides,
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
    if (step.operation == QuantizedOperation::kAdd ||
        step.operation == QuantizedOperation::kMultiply) {
      split(step);
    } else if (step.operation == QuantizedOperation::kConcat) {
      requantize_inputs(step);
    } else if (keeps_quantization(step.operation)) {
      step.same_as = step.inputs.front();
    }
    network_.steps.push_back(std::move(step));
    step_of_[at] = static_cast<int>(network_.steps.size()) - 1;
  }

  /// Makes a ReLU6 part of the step that it alone reads. Returns whether it can be.
  bool join_relu6(int index) {
    const InferenceStep& relu6 = graph_.step(index);
    const int source = relu6.inputs.front();
    if (source < 0 || !can_do_relu6(graph_.step(source)) || !has_one_reader(source)) {
      return false;
    }
    LoweredStep& step = network_.steps[static_cast<std::size_t>(step_giving(source))];
    step.name = relu6.name;
    step.gives = relu6.gives;
    step.relu = true;
    step.relu6 = true;
    step_of_[static_cast<std::size_t>(index)] = step_giving(source);
    return true;
  }

  /// The layer whose output a step gives: none if it applies a ReLU that comes later.
  [[nodiscard]] int gives(int index) const {
    const InferenceStep& step = graph_.step(index);
    if (!moved_[static_cast<std::size_t>(index)]) {
      for (const int reader : graph_.readers(index)) {
        if (moved_[static_cast<std::size_t>(reader)] &&
            graph_.step(reader).type == LayerType::kReLU) {
          return graph_.step(reader).gives;
        }
      }
      return step.gives;
    }
    return LoweredStep::kNone;
  }

  /// Gives what a fakeQuantize layer reads its quantization if nothing else reads it, also through
  /// layers that keep the quantization.
  void add_rounding(int index) {
    const InferenceStep& rounding = graph_.step(index);
    const Quantization quantization{.scale = static_cast<float>(rounding.spec.scale),
                                    .zero_point = rounding.spec.zero_point};
    const int given = rounding.inputs.front();
    std::optional<Quantization>* place = place_of_quantization(given);
    if (place != nullptr && (!*place || **place == quantization)) {
      *place = quantization;
      step_of_[static_cast<std::size_t>(index)] = step_giving(given);
      return;
    }
    network_.steps.push_back({.operation = QuantizedOperation::kRequantize,
                              .layer = LayerType::kFakeQuantize,
                              .name = rounding.name,
                              .gives = rounding.gives,
                              .inputs = {step_giving(given)},
                              .input = rounding.input,
                              .output = rounding.output,
                              .quantization = quantization});
    step_of_[static_cast<std::size_t>(index)] = static_cast<int>(network_.steps.size()) - 1;
  }

  /// Where the quantization of a step of the graph is said; null if it is not its own.
  [[nodiscard]] std::optional<Quantization>* place_of_quantization(int index) {
    while (has_one_reader(index) && index >= 0 && is_transparent(index)) {
      index = graph_.step(index).inputs.front();
    }
    const bool is_rounded = index >= 0 && graph_.step(index).type == LayerType::kFakeQuantize;
    if (!is_rounded && !has_one_reader(index)) {
      return nullptr;
    }
    const int step = step_giving(index);
    return step < 0 ? &network_.input_quantization
                    : &network_.steps[static_cast<std::size_t>(step)].quantization;
  }
  [[nodiscard]] bool is_transparent(int index) const {
    const InferenceStep& step = graph_.step(index);
    return tinycnn::keeps_quantization(operation_of(step.type)) ||
           (step.type == LayerType::kReLU && moved_[static_cast<std::size_t>(index)]);
  }

  /// Batch norm: a 1x1 kernel for each channel. Global average: one of H x W equal weights, so that
  /// the average is requantized with its own scale, which is much finer than that of the values.
  static void make_depthwise(LoweredStep& step) {
    step.groups = step.input.channels;
    step.padding = {};
    step.dilation = {1, 1};
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

  /// a + b + c as (a + b) + c, and so for products.
  void split(LoweredStep& step) {
    while (step.inputs.size() > 2) {
      LoweredStep part = step;
      part.name += step.operation == QuantizedOperation::kAdd ? ".sum" : ".product";
      part.computes = LoweredStep::kNone;
      part.gives = LoweredStep::kNone;
      part.relu = false;
      part.inputs.resize(2);
      const auto [a, b] =
          std::pair(network_.output_of(part.inputs[0]), network_.output_of(part.inputs[1]));
      part.output = a.size() > b.size() ? a : b;
      network_.steps.push_back(part);
      step.inputs.erase(step.inputs.begin());
      step.inputs.front() = static_cast<int>(network_.steps.size()) - 1;
      step.input = part.output;
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
  return Lowering(InferenceGraph(network, RoundingLayers::kKept)).run();
}

}  // namespace tinycnn

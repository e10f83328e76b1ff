// SPDX-License-Identifier: MIT
#include "tinycnn/quantization_aware.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/batch_norm_folding.h"
#include "quantization/lowered_network.h"
#include "support/text.h"
#include "tinycnn/quantized_model.h"

namespace tinycnn {
namespace {

bool is_norm(LayerType type) {
  return type == LayerType::kBatchNorm2d || type == LayerType::kBatchNorm1d;
}

/// Whether a layer gives rounded numbers where it reads such.
bool keeps_rounding(LayerType type) {
  return type == LayerType::kMaxPool2d || type == LayerType::kFlatten ||
         type == LayerType::kZeroPad2d || type == LayerType::kDropout ||
         type == LayerType::kDropout2d;
}

void require_unrounded(const ModelSpec& spec) {
  for (const LayerSpec& layer : spec.layers) {
    if (layer.type == LayerType::kFakeQuantize || layer.input_scale > 0.0) {
      fail("[quantizationAware] expected a network that does not round yet, got one whose layer ",
           layer.name, " does");
    }
  }
}

/// A value of the network that is made.
struct Value {
  std::string name;  // of the layer that gives it
  bool is_rounded = false;
};

class Rounding {
 public:
  Rounding(const TrainedModel& model, const Images& calibration)
      : network_(model),
        lowered_(lower(model)),
        quantized_(model, calibration),
        values_(network_.layers().size() + 1) {
    made_ = {.spec = {.name = model.spec.name, .input = model.spec.input, .layers = {}},
             .options = model.options,
             .step = model.step,
             .parameters = {}};
    for (const LayerSpec& layer : model.spec.layers) {
      names_.insert(layer.name);
    }
  }

  TrainedModel run() {
    value_of(-1).name = kInputName;
    round(value_of(-1), quantized_.input_quantization());
    for (const LayerSummary& layer : network_.layers()) {
      add(layer);
      const int step =
          step_that([&](const LoweredStep& each) { return each.gives == layer.index; });
      if (step != kNone && !value_of(layer.index).is_rounded && !is_rounded_later(step)) {
        round(value_of(layer.index), quantization_of(step));
      }
    }
    return std::move(made_);
  }

 private:
  static constexpr int kNone = LoweredStep::kNone;

  [[nodiscard]] Value& value_of(int layer) { return values_[static_cast<std::size_t>(layer + 1)]; }
  [[nodiscard]] const Quantization& quantization_of(int step) const {
    return step < 0 ? quantized_.input_quantization()
                    : quantized_.steps()[static_cast<std::size_t>(step)].quantization;
  }

  template <class Condition>
  [[nodiscard]] int step_that(const Condition& condition) const {
    const auto found = std::ranges::find_if(lowered_.steps, condition);
    return found == lowered_.steps.end() ? kNone : static_cast<int>(found - lowered_.steps.begin());
  }

  /// Whether a max-pool alone reads a step: the maximum of rounded numbers is the rounded maximum,
  /// of which there are fewer.
  [[nodiscard]] bool is_rounded_later(int step) const {
    bool is_pooled = false;
    for (const LoweredStep& reader : lowered_.steps) {
      if (std::ranges::find(reader.inputs, step) != reader.inputs.end()) {
        if (is_pooled || reader.operation != QuantizedOperation::kMaxPool2d) {
          return false;
        }
        is_pooled = true;
      }
    }
    return is_pooled;
  }

  std::string unused(std::string name) {
    while (name == kInputName || names_.contains(name)) {
      name += '_';
    }
    names_.insert(name);
    return name;
  }

  void push(LayerSpec spec, std::vector<std::string> from) {
    const std::vector<LayerSpec>& layers = made_.spec.layers;
    const std::string before = layers.empty() ? std::string(kInputName) : layers.back().name;
    const bool reads_before = from.size() == 1 && from.front() == before;
    spec.from = reads_before ? std::vector<std::string>() : std::move(from);
    made_.spec.layers.push_back(std::move(spec));
  }

  void round(Value& value, const Quantization& quantization) {
    const std::string name = unused(value.name + "_int8");
    push({.name = name,
          .type = LayerType::kFakeQuantize,
          .scale = double{quantization.scale},
          .zero_point = quantization.zero_point},
         {value.name});
    value = {.name = name, .is_rounded = true};
  }

  void add(const LayerSummary& layer) {
    const int source = layer.inputs.front();
    if (source >= 0 && norm_after(source) == &layer) {
      value_of(layer.index) = value_of(source);
      return;
    }
    const LayerSpec& given = network_.model().spec.layers[static_cast<std::size_t>(layer.index)];
    const bool keeps = keeps_rounding(given.type) && value_of(source).is_rounded;
    std::vector<std::string> from;
    for (const int input : layer.inputs) {
      from.push_back(value_of(input).name);
    }
    const int step =
        step_that([&](const LoweredStep& each) { return each.computes == layer.index; });
    if (step == kNone) {
      copy(layer, given, std::move(from));
    } else if (given.type == LayerType::kConv2d || given.type == LayerType::kLinear) {
      add_weights(layer, given, step, std::move(from));
    } else if (is_norm(given.type)) {
      add_norm(layer, step, std::move(from));
    } else {
      if (given.type == LayerType::kAdd || given.type == LayerType::kMultiply) {
        add_parts(given, step, from);
      }
      copy(layer, given, std::move(from));
    }
    value_of(layer.index) = {.name = given.name, .is_rounded = keeps};
  }

  [[nodiscard]] const LayerSummary* norm_after(int layer) const {
    return foldable_norm(network_, network_.layers()[static_cast<std::size_t>(layer)]);
  }

  void copy(const LayerSummary& layer, const LayerSpec& spec, std::vector<std::string> from) {
    push(spec, std::move(from));
    for (const ParameterSpec& parameter : layer.parameters) {
      const auto kind = std::string_view(parameter.name).substr(layer.spec.name.size() + 1);
      add_tensor(parameter.name, parameter.shape, network_.tensor(layer, kind));
    }
  }

  void add_tensor(std::string name, std::vector<int> shape, std::span<const float> values) {
    made_.parameters.push_back({.name = std::move(name),
                                .shape = std::move(shape),
                                .data = {values.begin(), values.end()}});
  }

  void add_weights(const LayerSummary& layer, LayerSpec spec, int step,
                   std::vector<std::string> from) {
    const LayerSummary* norm = norm_after(layer.index);
    const FoldedWeights weights = folded_weights(network_, layer, norm);
    if (norm != nullptr) {
      spec.bias = true;
      spec.frozen = spec.frozen && norm->spec.frozen;
    }
    push_with_weights(std::move(spec), step, std::move(from), layer.parameters.front().shape,
                      weights.weight, weights.bias);
  }

  /// A depthwise convolution of one pixel.
  void add_norm(const LayerSummary& layer, int step, std::vector<std::string> from) {
    const Affine affine = affine_of(network_, layer);
    const int channels = layer.output.channels;
    push_with_weights({.name = layer.spec.name,
                       .type = LayerType::kConv2d,
                       .out_channels = channels,
                       .kernel_size = {1, 1},
                       .groups = channels,
                       .frozen = layer.spec.frozen},
                      step, std::move(from), {channels, 1, 1, 1}, affine.scale, affine.shift);
  }

  void push_with_weights(LayerSpec spec, int step, std::vector<std::string> from,
                         std::vector<int> shape, std::span<const float> weight,
                         std::span<const float> bias) {
    const LoweredStep& lowered = lowered_.steps[static_cast<std::size_t>(step)];
    spec.input_scale = double{quantization_of(lowered.inputs.front()).scale};
    const bool has_bias = spec.bias;
    const std::string name = spec.name;
    const int outputs = shape.front();
    push(std::move(spec), std::move(from));
    add_tensor(name + ".weight", std::move(shape), weight);
    if (has_bias) {
      add_tensor(name + ".bias", {outputs}, bias);
    }
  }

  /// Of a sum or product of more than two layers all but the last one, in the steps before `step`.
  void add_parts(const LayerSpec& spec, int step, std::vector<std::string>& from) {
    for (; from.size() > 2; from.erase(from.begin())) {
      Value part{.name =
                     unused(concat(spec.name, spec.type == LayerType::kAdd ? "_sum" : "_product"))};
      push({.name = part.name, .type = spec.type}, {from[0], from[1]});
      round(part, quantization_of(step - static_cast<int>(from.size()) + 2));
      from[1] = part.name;
    }
  }

  TrainedNetwork network_;
  LoweredNetwork lowered_;
  QuantizedModel quantized_;
  std::vector<Value> values_;  // of the input, then of each layer
  std::set<std::string> names_;
  TrainedModel made_;
};

}  // namespace

TrainedModel quantization_aware(const TrainedModel& model, const Images& calibration) {
  require_unrounded(model.spec);
  return Rounding(model, calibration).run();
}

}  // namespace tinycnn

// SPDX-License-Identifier: MIT
#include "formats/inference_graph.h"

#include <utility>

namespace tinycnn {
namespace {

bool is_norm(LayerType type) {
  return type == LayerType::kBatchNorm2d || type == LayerType::kBatchNorm1d;
}

bool can_do_relu(LayerType type) {
  return type == LayerType::kConv2d || type == LayerType::kLinear || type == LayerType::kAdd ||
         is_norm(type);
}

/// Whether a layer gives what it reads.
bool is_identity(const LayerSummary& layer, RoundingLayers rounding) {
  const LayerType type = layer.spec.type;
  return type == LayerType::kDropout || type == LayerType::kDropout2d ||
         (type == LayerType::kFakeQuantize && rounding == RoundingLayers::kLeftOut);
}

class Lowering {
 public:
  Lowering(const TrainedNetwork& network, RoundingLayers rounding)
      : network_(network),
        rounding_(rounding),
        needed_(find_needed()),
        step_of_(network.layers().size(), kNone) {}

  std::vector<InferenceStep> run() {
    for (const LayerSummary& layer : network_.layers()) {
      const auto index = static_cast<std::size_t>(layer.index);
      if (!needed_[index] || step_of_[index] != kNone) {
        continue;
      }
      if (is_identity(layer, rounding_)) {
        step_of_[index] = step_giving(layer.inputs.front());
      } else {
        add_step(layer);
      }
    }
    return std::move(steps_);
  }

 private:
  static constexpr int kNone = -2;

  /// Whether the scores depend on a layer.
  [[nodiscard]] std::vector<bool> find_needed() const {
    std::vector<bool> needed(network_.layers().size(), false);
    needed.back() = true;
    for (std::size_t i = needed.size(); i-- > 0;) {
      for (const int input : network_.layers()[i].inputs) {
        if (needed[i] && input >= 0) {
          needed[static_cast<std::size_t>(input)] = true;
        }
      }
    }
    return needed;
  }

  [[nodiscard]] int step_giving(int layer) const {
    return layer < 0 ? -1 : step_of_[static_cast<std::size_t>(layer)];
  }

  void add_step(const LayerSummary& layer) {
    InferenceStep step{.type = layer.spec.type,
                       .name = layer.spec.name,
                       .computes = layer.index,
                       .spec = layer.spec,
                       .input = layer.input,
                       .output = layer.output};
    for (const int input : layer.inputs) {
      step.inputs.push_back(step_giving(input));
    }
    const LayerSummary* last = &layer;
    give(layer);
    if (layer.spec.type == LayerType::kConv2d || layer.spec.type == LayerType::kLinear) {
      const LayerSummary* norm = foldable_norm(network_, layer);
      step.weights = folded_weights(network_, layer, norm);
      last = norm == nullptr ? last : norm;
    } else if (is_norm(step.type)) {
      Affine affine = affine_of(network_, layer);
      step.weights = {.weight = std::move(affine.scale), .bias = std::move(affine.shift)};
      step.type = LayerType::kBatchNorm2d;
    }
    give(*last);
    if (const LayerSummary* relu = relu_after(*last); can_do_relu(step.type) && relu != nullptr) {
      give(*relu);
      last = relu;
      step.relu = true;
    }
    step.name = last->spec.name;
    step.gives = last->index;
    steps_.push_back(std::move(step));
  }

  /// The next step gives this layer's output.
  void give(const LayerSummary& layer) {
    step_of_[static_cast<std::size_t>(layer.index)] = static_cast<int>(steps_.size());
  }

  /// The ReLU that alone reads a layer; null if there is none.
  [[nodiscard]] const LayerSummary* relu_after(const LayerSummary& layer) const {
    const std::span<const int> readers = network_.readers(layer.index);
    if (readers.size() != 1) {
      return nullptr;
    }
    const LayerSummary& reader = network_.layers()[static_cast<std::size_t>(readers.front())];
    return reader.spec.type == LayerType::kReLU ? &reader : nullptr;
  }

  const TrainedNetwork& network_;
  RoundingLayers rounding_;
  std::vector<bool> needed_;
  std::vector<int> step_of_;  // of each layer
  std::vector<InferenceStep> steps_;
};

}  // namespace

InferenceGraph::InferenceGraph(const TrainedNetwork& network, RoundingLayers rounding)
    : input_(network.summary().input), steps_(Lowering(network, rounding).run()) {
  readers_.resize(steps_.size() + 1);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    for (const int input : steps_[i].inputs) {
      readers_[static_cast<std::size_t>(input + 1)].push_back(static_cast<int>(i));
    }
  }
}

const Shape& InferenceGraph::output_of(int index) const {
  return index < 0 ? input_ : step(index).output;
}

}  // namespace tinycnn

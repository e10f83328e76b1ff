// SPDX-License-Identifier: MIT
#include "tinycnn/channel_pruning.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "formats/trained_network.h"
#include "quantization/channel_ties.h"
#include "support/text.h"

namespace tinycnn {
namespace {

bool has_weights(const LayerSummary& layer) {
  return layer.spec.type == LayerType::kConv2d || layer.spec.type == LayerType::kLinear;
}

bool is_norm(const LayerSummary& layer) {
  return layer.spec.type == LayerType::kBatchNorm2d || layer.spec.type == LayerType::kBatchNorm1d;
}

/// Whether each output channel reads one input channel alone and goes with it.
bool is_depthwise(const LayerSummary& layer) {
  return layer.spec.type == LayerType::kConv2d && layer.spec.groups > 1 &&
         layer.spec.groups == layer.input.channels;
}

/// Inputs of one of the layer's groups.
std::int64_t inputs_of_group(const LayerSummary& layer) {
  const bool has_groups = layer.spec.type == LayerType::kConv2d;
  return layer.input.channels / (has_groups ? layer.spec.groups : 1);
}

/// The mean over several layers of how important a set of channels is to each.
class Importance {
 public:
  explicit Importance(int sets)
      : sums_(static_cast<std::size_t>(sets)), counts_(static_cast<std::size_t>(sets)) {}

  /// values: of each channel of a layer.
  void add(std::span<const int> sets, const std::vector<double>& values) {
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    const double mean = sum / static_cast<double>(values.size());
    for (std::size_t c = 0; c < values.size(); ++c) {
      sums_[static_cast<std::size_t>(sets[c])] += mean > 0.0 ? values[c] / mean : 0.0;
      ++counts_[static_cast<std::size_t>(sets[c])];
    }
  }
  [[nodiscard]] bool has(int set) const { return counts_[static_cast<std::size_t>(set)] > 0; }
  [[nodiscard]] double of(int set) const {
    return sums_[static_cast<std::size_t>(set)] / counts_[static_cast<std::size_t>(set)];
  }

 private:
  std::vector<double> sums_;
  std::vector<int> counts_;
};

/// The L2 norm of the weights of each output channel.
std::vector<double> norms_of(std::span<const float> weight, int outputs) {
  std::vector<double> norms(static_cast<std::size_t>(outputs));
  const std::size_t inputs = weight.size() / norms.size();
  for (std::size_t k = 0; k < norms.size(); ++k) {
    for (const float value : weight.subspan(k * inputs, inputs)) {
      norms[k] += double{value} * double{value};
    }
    norms[k] = std::sqrt(norms[k]);
  }
  return norms;
}

std::vector<double> scales_of(std::span<const float> weight) {
  std::vector<double> scales(weight.size());
  std::ranges::transform(weight, scales.begin(),
                         [](float value) { return std::abs(double{value}); });
  return scales;
}

/// Channels of one set in a layer with weights.
struct Use {
  std::size_t layer = 0;
  std::int64_t inputs = 0;  // of one group
  std::int64_t outputs = 0;
};

/// What is left of a layer with weights.
struct Left {
  std::int64_t inputs = 0;  // of one group
  std::int64_t outputs = 0;
  std::int64_t places = 0;  // multiply-adds of an output for an input
  std::int64_t sets = 0;    // of its outputs

  [[nodiscard]] std::int64_t macs() const { return inputs * outputs * places; }
};

class ChannelPruning {
 public:
  ChannelPruning(const TrainedNetwork& network, double sparsity)
      : network_(network),
        sparsity_(sparsity),
        ties_(network.summary()),
        uses_(static_cast<std::size_t>(ties_.count())),
        is_gone_(static_cast<std::size_t>(ties_.count()), false),
        macs_(network.summary().macs) {
    find_uses();
  }

  void run() {
    const std::vector<double> importance = importance_of_sets();
    std::optional<int> next;
    while (share_gone() < sparsity_ && (next = cheapest(importance))) {
      remove(*next);
    }
    if (share_gone() < sparsity_) {
      constexpr double kDigits = 1000.0;
      fail("[prune] expected a sparsity of at most ", std::floor(share_gone() * kDigits) / kDigits,
           " for the channels of this model, each of whose layers keeps one, got ", sparsity_);
    }
  }

  [[nodiscard]] PrunedNetwork result() const {
    PrunedNetwork pruned{.model = network_.model(),
                         .report = {{.target = sparsity_, .sparsity = share_gone()}, {}}};
    auto tensor = pruned.model.parameters.begin();
    for (const LayerSummary& layer : network_.layers()) {
      cut(layer, pruned.model.spec.layers[static_cast<std::size_t>(layer.index)]);
      for (std::size_t i = 0; i < layer.parameters.size(); ++i, ++tensor) {
        cut(layer, *tensor);
      }
    }
    fill(pruned);
    return pruned;
  }

 private:
  [[nodiscard]] bool is_kept(int set) const { return !is_gone_[static_cast<std::size_t>(set)]; }
  [[nodiscard]] int count_kept(std::span<const int> sets) const {
    return static_cast<int>(std::ranges::count_if(sets, [&](int set) { return is_kept(set); }));
  }
  /// Channels that are left of what a layer (-1: the input) gives.
  [[nodiscard]] int kept_of(int index) const { return count_kept(ties_.sets_of(index)); }
  [[nodiscard]] double share_gone() const {
    const auto before = static_cast<double>(network_.summary().macs);
    return before > 0.0 ? 1.0 - static_cast<double>(macs_) / before : 0.0;
  }

  void find_uses() {
    for (const LayerSummary& layer : network_.layers()) {
      if (!has_weights(layer)) {
        continue;
      }
      const std::size_t index = left_.size();
      const auto use_by = [&](int set) -> Use& {
        std::vector<Use>& uses = uses_[static_cast<std::size_t>(set)];
        if (uses.empty() || uses.back().layer != index) {
          uses.push_back({.layer = index});
        }
        return uses.back();
      };
      Left left{.inputs = inputs_of_group(layer), .outputs = layer.output.channels};
      left.places = layer.macs / (left.inputs * left.outputs);
      if (!is_depthwise(layer)) {
        const auto group =
            ties_.sets_of(layer.inputs.front()).first(static_cast<std::size_t>(left.inputs));
        for (const int set : group) {
          ++use_by(set).inputs;
        }
      }
      for (const int set : ties_.sets_of(layer.index)) {
        left.sets += use_by(set).outputs++ == 0 ? 1 : 0;
      }
      left_.push_back(left);
    }
  }

  /// Multiply-adds that go with a set.
  [[nodiscard]] std::int64_t macs_of(int set) const {
    std::int64_t sum = 0;
    for (const Use& use : uses_[static_cast<std::size_t>(set)]) {
      const Left& left = left_[use.layer];
      sum += left.macs() - (left.inputs - use.inputs) * (left.outputs - use.outputs) * left.places;
    }
    return sum;
  }

  [[nodiscard]] bool can_go(int set) const {
    return !ties_.stays(set) &&
           std::ranges::none_of(uses_[static_cast<std::size_t>(set)], [&](const Use& use) {
             return use.outputs > 0 && left_[use.layer].sets == 1;
           });
  }

  void remove(int set) {
    macs_ -= macs_of(set);
    is_gone_[static_cast<std::size_t>(set)] = true;
    for (const Use& use : uses_[static_cast<std::size_t>(set)]) {
      Left& left = left_[use.layer];
      left.inputs -= use.inputs;
      left.outputs -= use.outputs;
      left.sets -= use.outputs > 0 ? 1 : 0;
    }
  }

  /// The set whose importance is least for the multiply-adds that go with it, of those that can go.
  [[nodiscard]] std::optional<int> cheapest(const std::vector<double>& importance) const {
    std::optional<int> best;
    double least = 0.0;
    for (int set = 0; set < ties_.count(); ++set) {
      const std::int64_t macs = is_kept(set) && can_go(set) ? macs_of(set) : 0;
      const double price =
          macs > 0 ? importance[static_cast<std::size_t>(set)] / static_cast<double>(macs) : 0.0;
      if (macs > 0 && (!best || price < least)) {
        best = set;
        least = price;
      }
    }
    return best;
  }

  [[nodiscard]] std::vector<double> importance_of_sets() const {
    Importance of_norms(ties_.count());
    Importance of_weights(ties_.count());
    for (const LayerSummary& layer : network_.layers()) {
      if (is_norm(layer)) {
        of_norms.add(ties_.sets_of(layer.index), scales_of(network_.tensor(layer, "weight")));
      } else if (has_weights(layer)) {
        of_weights.add(ties_.sets_of(layer.index),
                       norms_of(network_.tensor(layer, "weight"), layer.output.channels));
      }
    }
    std::vector<double> importance;
    for (int set = 0; set < ties_.count(); ++set) {
      const bool has_weights = of_weights.has(set);
      importance.push_back(of_norms.has(set) ? of_norms.of(set)
                           : has_weights     ? of_weights.of(set)
                                             : 0.0);
    }
    return importance;
  }

  void cut(const LayerSummary& layer, LayerSpec& spec) const {
    if (spec.type == LayerType::kConv2d) {
      spec.out_channels = kept_of(layer.index);
      spec.groups = is_depthwise(layer) ? kept_of(layer.inputs.front()) : spec.groups;
    } else if (spec.type == LayerType::kLinear) {
      spec.out_features = kept_of(layer.index);
    }
  }

  /// Cuts a tensor [outputs, inputs of a group, …] or [outputs].
  void cut(const LayerSummary& layer, NamedTensor& tensor) const {
    const auto outputs = ties_.sets_of(layer.index);
    const auto inputs = ties_.sets_of(layer.inputs.front());
    const bool is_weight = tensor.shape.size() > 1;
    const auto group = static_cast<std::size_t>(is_weight ? inputs_of_group(layer) : 1);
    const bool cuts_inputs = is_weight && !is_depthwise(layer);
    const std::size_t places = tensor.data.size() / (outputs.size() * group);
    std::vector<float> kept;
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      for (std::size_t c = 0; c < group && is_kept(outputs[k]); ++c) {
        if (!cuts_inputs || is_kept(inputs[c])) {
          const auto first =
              tensor.data.begin() + static_cast<std::ptrdiff_t>((k * group + c) * places);
          kept.insert(kept.end(), first, first + static_cast<std::ptrdiff_t>(places));
        }
      }
    }
    tensor.data = std::move(kept);
    tensor.shape[0] = kept_of(layer.index);
    if (cuts_inputs) {
      tensor.shape[1] = count_kept(inputs.first(group));
    }
  }

  /// The channels of a layer that are left.
  [[nodiscard]] std::vector<int> channels_of(int index) const {
    const auto sets = ties_.sets_of(index);
    std::vector<int> channels;
    for (std::size_t c = 0; c < sets.size(); ++c) {
      if (is_kept(sets[c])) {
        channels.push_back(static_cast<int>(c));
      }
    }
    return channels;
  }

  void fill(PrunedNetwork& pruned) const {
    const ModelSummary after = summarize(pruned.model.spec);
    auto tensor = pruned.model.parameters.begin();
    for (const LayerSummary& layer : network_.layers()) {
      std::int64_t zeros = 0;
      for (const ParameterSpec& parameter : layer.parameters) {
        zeros += parameter.trainable ? std::ranges::count(tensor->data, 0.0F) : 0;
        ++tensor;
      }
      const LayerSummary& smaller = after.layers[static_cast<std::size_t>(layer.index)];
      if (layer.parameter_count > 0) {
        pruned.report.layers.push_back({.name = layer.spec.name,
                                        .parameters_before = layer.parameter_count,
                                        .parameters = smaller.parameter_count,
                                        .zeros = zeros,
                                        .macs_before = layer.macs,
                                        .macs = smaller.macs,
                                        .channels = channels_of(layer.index)});
      }
    }
  }

  const TrainedNetwork& network_;
  double sparsity_;
  ChannelTies ties_;
  std::vector<Left> left_;              // of each layer with weights
  std::vector<std::vector<Use>> uses_;  // of each set
  std::vector<bool> is_gone_;           // of each set
  std::int64_t macs_;                   // that are left
};

}  // namespace

PrunedNetwork prune_channels(const TrainedModel& model, double sparsity) {
  if (!(sparsity >= 0.0 && sparsity < 1.0)) {
    fail("[prune] expected a sparsity from 0 to below 1, got ", sparsity);
  }
  const TrainedNetwork network(model);
  ChannelPruning pruning(network, sparsity);
  pruning.run();
  return pruning.result();
}

}  // namespace tinycnn

// SPDX-License-Identifier: MIT
#include "quantization/channel_ties.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace tinycnn {
namespace {

using Channels = std::vector<int>;

/// Disjoint sets of channels, of which some must stay.
class Sets {
 public:
  Channels make(int count) {
    Channels channels(static_cast<std::size_t>(count));
    std::iota(channels.begin(), channels.end(), static_cast<int>(parents_.size()));
    parents_.insert(parents_.end(), channels.begin(), channels.end());
    return channels;
  }

  int find(int channel) {
    int& parent = parents_[static_cast<std::size_t>(channel)];
    while (parent != parents_[static_cast<std::size_t>(parent)]) {
      parent = parents_[static_cast<std::size_t>(parent)];
    }
    return parent;
  }

  /// The set keeps the smaller number, so that sets are numbered in the order of the layers.
  void tie(int a, int b) {
    const auto [low, high] = std::minmax({find(a), find(b)});
    parents_[static_cast<std::size_t>(high)] = low;
  }
  void tie(const Channels& a, const Channels& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      tie(a[i], b[i]);
    }
  }

  void keep(const Channels& channels) {
    kept_.insert(kept_.end(), channels.begin(), channels.end());
  }

  /// Numbers the sets from 0 and replaces each channel by its number. Returns which of them stay.
  std::vector<bool> number(std::vector<Channels>& values) {
    constexpr int kNone = -1;
    std::vector<int> numbers(parents_.size(), kNone);
    std::vector<bool> stays;
    for (Channels& channels : values) {
      for (int& channel : channels) {
        int& number = numbers[static_cast<std::size_t>(find(channel))];
        if (number == kNone) {
          number = static_cast<int>(stays.size());
          stays.push_back(false);
        }
        channel = number;
      }
    }
    for (const int channel : kept_) {
      stays[static_cast<std::size_t>(numbers[static_cast<std::size_t>(find(channel))])] = true;
    }
    return stays;
  }

 private:
  std::vector<int> parents_;
  Channels kept_;
};

/// Depthwise: each input channel is a group, which goes with its outputs. Otherwise all groups lose
/// the channels at the same places.
Channels convolve(Sets& sets, const LayerSummary& layer, const Channels& input) {
  Channels output = sets.make(layer.output.channels);
  const auto groups = static_cast<std::size_t>(layer.spec.groups);
  const std::size_t outputs = output.size() / groups;
  const std::size_t inputs = input.size() / groups;
  if (inputs == 1 && groups > 1) {
    for (std::size_t k = 0; k < output.size(); ++k) {
      sets.tie(input[k / outputs], output[k]);
    }
    return output;
  }
  for (std::size_t c = inputs; c < input.size(); ++c) {
    sets.tie(input[c % inputs], input[c]);
  }
  for (std::size_t k = outputs; k < output.size(); ++k) {
    sets.tie(output[k % outputs], output[k]);
  }
  return output;
}

Channels join(Sets& sets, const LayerSummary& layer, const std::vector<Channels>& values) {
  Channels joined;
  for (const int input : layer.inputs) {
    const Channels& channels = values[static_cast<std::size_t>(input + 1)];
    if (layer.spec.type == LayerType::kConcat || joined.empty()) {
      joined.insert(joined.end(), channels.begin(), channels.end());
    } else {
      sets.tie(joined, channels);
    }
  }
  return joined;
}

Channels flatten(const LayerSummary& layer, const Channels& input) {
  const std::size_t pixels = layer.input.size() / input.size();
  Channels output;
  for (const int channel : input) {
    output.insert(output.end(), pixels, channel);
  }
  return output;
}

Channels output_of(Sets& sets, const LayerSummary& layer, const std::vector<Channels>& values) {
  const Channels& input = values[static_cast<std::size_t>(layer.inputs.front() + 1)];
  switch (layer.spec.type) {
    case LayerType::kConv2d:
      return convolve(sets, layer, input);
    case LayerType::kLinear:
      return sets.make(layer.output.channels);
    case LayerType::kAdd:
    case LayerType::kMultiply:
    case LayerType::kConcat:
      return join(sets, layer, values);
    case LayerType::kFlatten:
      return flatten(layer, input);
    default:
      return input;
  }
}

bool is_softmax(LayerType type) {
  return type == LayerType::kSoftmax || type == LayerType::kLogSoftmax;
}

}  // namespace

ChannelTies::ChannelTies(const ModelSummary& summary) {
  Sets sets;
  sets_.push_back(sets.make(summary.input.channels));
  sets.keep(sets_.front());
  for (const LayerSummary& layer : summary.layers) {
    Channels output = output_of(sets, layer, sets_);
    if (layer.spec.frozen || is_softmax(layer.spec.type)) {
      sets.keep(sets_[static_cast<std::size_t>(layer.inputs.front() + 1)]);
      sets.keep(output);
    }
    sets_.push_back(std::move(output));
  }
  sets.keep(sets_.back());
  stays_ = sets.number(sets_);
}

}  // namespace tinycnn

// SPDX-License-Identifier: MIT
#include "formats/batch_norm_folding.h"

#include <cmath>

namespace tinycnn {
namespace {

bool is_norm(const LayerSummary& layer) {
  return layer.spec.type == LayerType::kBatchNorm2d || layer.spec.type == LayerType::kBatchNorm1d;
}

}  // namespace

Affine affine_of(const TrainedNetwork& network, const LayerSummary& norm) {
  const auto weight = network.tensor(norm, "weight");
  const auto bias = network.tensor(norm, "bias");
  const auto mean = network.tensor(norm, "running_mean");
  const auto variance = network.tensor(norm, "running_var");
  Affine affine;
  for (std::size_t c = 0; c < weight.size(); ++c) {
    const double scale = double{weight[c]} / std::sqrt(double{variance[c]} + norm.spec.eps);
    affine.scale.push_back(static_cast<float>(scale));
    affine.shift.push_back(static_cast<float>(double{bias[c]} - double{mean[c]} * scale));
  }
  return affine;
}

const LayerSummary* foldable_norm(const TrainedNetwork& network, const LayerSummary& layer) {
  if (layer.spec.type != LayerType::kConv2d && layer.spec.type != LayerType::kLinear) {
    return nullptr;
  }
  const std::span<const int> readers = network.readers(layer.index);
  if (readers.size() != 1) {
    return nullptr;
  }
  const LayerSummary& reader = network.layers()[static_cast<std::size_t>(readers.front())];
  const bool has_same_rank = network.rank_of(reader.index) == network.rank_of(layer.index);
  return is_norm(reader) && has_same_rank ? &reader : nullptr;
}

FoldedWeights folded_weights(const TrainedNetwork& network, const LayerSummary& layer,
                             const LayerSummary* norm) {
  const auto weight = network.tensor(layer, "weight");
  const auto bias = network.tensor(layer, "bias");
  FoldedWeights folded{.weight = {weight.begin(), weight.end()},
                       .bias = {bias.begin(), bias.end()}};
  const auto channels = static_cast<std::size_t>(layer.output.channels);
  folded.bias.resize(channels, 0.0F);
  if (norm != nullptr) {
    const Affine affine = affine_of(network, *norm);
    const std::size_t inputs = folded.weight.size() / channels;
    for (std::size_t k = 0; k < channels; ++k) {
      for (std::size_t i = 0; i < inputs; ++i) {
        folded.weight[k * inputs + i] *= affine.scale[k];
      }
      folded.bias[k] = folded.bias[k] * affine.scale[k] + affine.shift[k];
    }
  }
  return folded;
}

}  // namespace tinycnn

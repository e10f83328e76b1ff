// SPDX-License-Identifier: MIT
// Pruning: the smallest weights of a network become zeros and stay zeros while it trains on
// (Trainer::prune), or whole channels go (channel_pruning.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tinycnn/model.h"

namespace tinycnn {

/// Pruning step by step, so that the network can recover in between: t mini-batches after the
/// start,
///   sparsity + (before - sparsity) * (1 - t / steps)^3
/// of the weights are pruned. M. Zhu, S. Gupta, arXiv:1710.01878, equation 1.
struct PruneSchedule {
  std::int64_t start = 0;  ///< mini-batches from now to t = 0
  std::int64_t steps = 0;  ///< the last t; 0: all weights are pruned at once
  int frequency = 100;     ///< weights are pruned at multiples of it, and at the last t
};

/// How many weights become zeros, and when.
struct PruneOptions {
  double sparsity = 0.0;  ///< share of the weights, from 0 to below 1; 0: pruning ends
  PruneSchedule schedule{};
};

/// A layer with parameters, before and after pruning.
struct PrunedLayer {
  std::string name;
  std::int64_t parameters_before = 0;
  std::int64_t parameters = 0;
  std::int64_t zeros = 0;        ///< of these parameters
  std::int64_t macs_before = 0;  ///< multiply-adds of one sample
  std::int64_t macs = 0;         ///< without those by a zero
  /// The output channels that are left, by their numbers before; empty where single weights were
  /// pruned.
  std::vector<int> channels{};
};

/// How far pruning has come.
struct Pruning {
  double target = 0.0;    ///< the sparsity that was asked for; 0: nothing is pruned
  double sparsity = 0.0;  ///< that has been reached
};

/// The same with every layer that has parameters, in order.
struct PruneReport : Pruning {
  std::vector<PrunedLayer> layers;
};

/// The layers with parameters, as they are before pruning and without their zeros.
std::vector<PrunedLayer> pruned_layers(const Model& model);

/// What a checkpoint holds of pruning.
struct PruningState {
  double sparsity = 0.0;       ///< in the end; 0: nothing is pruned, and the rest is empty
  std::int64_t start = 0;      ///< the step of t = 0
  std::int64_t steps = 0;      ///< see PruneSchedule
  std::int32_t frequency = 1;  ///< likewise
  std::int64_t before = 0;     ///< weights that were pruned when the schedule was set
  /// Bit i % 8 of byte i / 8: whether weight i is pruned. Weights are those of convolutions and
  /// linear layers that are not frozen, in the order of PyTorch's state_dict.
  std::vector<std::uint8_t> pruned{};

  friend bool operator==(const PruningState&, const PruningState&) = default;
};

}  // namespace tinycnn
